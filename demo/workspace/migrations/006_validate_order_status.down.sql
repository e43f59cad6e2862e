-- A validated constraint needs no way back: dropping it belongs to 005.
SELECT 1;
