-- What an account used of hosted models, by month and model: counts only, never a word of what was said.
CREATE TABLE usage (
  account_id uuid NOT NULL REFERENCES account ON DELETE CASCADE,
  -- The first day of the month, UTC.
  month date NOT NULL,
  model text NOT NULL CHECK (length(model) BETWEEN 1 AND 200),
  calls bigint NOT NULL CHECK (calls >= 0),
  prompt_tokens bigint NOT NULL CHECK (prompt_tokens >= 0),
  completion_tokens bigint NOT NULL CHECK (completion_tokens >= 0),
  PRIMARY KEY (account_id, month, model)
);
CALL protect_personal_table('usage', 'SELECT');
