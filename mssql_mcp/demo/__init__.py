"""The embedded sample database: declared in `schema`, made and opened in `database`, read through `bridge`."""
