"""Rows become files that programs other than ours open. No database: it runs in a process of its own."""
