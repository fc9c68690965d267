//! Times as logs and mails write them.
