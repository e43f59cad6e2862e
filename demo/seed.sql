INSERT INTO users (email, full_name)
SELECT 'customer' || n || '@example.com', 'Customer ' || n FROM generate_series(1, 2000) n;

INSERT INTO products (sku, title, price, stock)
SELECT 'SKU-' || n, 'Product ' || n, (n % 97) + 0.5, n % 40 FROM generate_series(1, 300) n;

INSERT INTO orders (user_id, legacy_reference)
SELECT 1 + n % 2000, 'L' || n FROM generate_series(1, 5000) n;

INSERT INTO order_items (order_id, product_id, quantity, unit_price)
SELECT n, 1 + n % 300, 1 + n % 5, (n % 97) + 0.5 FROM generate_series(1, 5000) n;
