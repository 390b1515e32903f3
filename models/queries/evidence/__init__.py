"""The evidence of one case, in sections: what the law asked, what was sent, what cannot be shown."""
