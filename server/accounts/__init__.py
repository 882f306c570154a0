"""Who signs in: accounts, their e-mails and sessions."""
