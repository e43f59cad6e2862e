CREATE TABLE patients (
  ssn varchar(11) NOT NULL, -- expect: natural-primary-key hint @ ssn
  born date,
  CONSTRAINT patients_pkey PRIMARY KEY (ssn)
);
CREATE TABLE "Accounts" ("UserName" citext PRIMARY KEY); -- expect: natural-primary-key hint @ "UserName"
