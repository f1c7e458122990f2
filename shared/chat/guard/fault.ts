/** How a reply leaves its part. */
export type Drift = 'model_talk' | 'wrong_name' | 'wrong_language' | 'first_person' | 'register';

/** What is wrong with a reply: it says what was said just now, or leaves its part. */
export type ReplyFault = 'same_opening' | 'same_reply' | Drift;
