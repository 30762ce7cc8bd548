"""The merchant's policies: reading a folder of Markdown into versioned documents and passages."""
