"""What mobile developers read: the contract as a document and as a page, without any CDN."""
