-- before: CREATE SCHEMA "App"; CREATE TABLE "App"."Users" (id uuid PRIMARY KEY, "eMail" varchar(100), CONSTRAINT mail_uq UNIQUE ("eMail"));
-- down: ALTER TABLE "App"."Users" RENAME COLUMN "order" TO "eMail";
ALTER TABLE "App"."Users" RENAME COLUMN "eMail" TO "order"; -- expect: rename-column warning @ RENAME COLUMN "eMail" TO "order"
