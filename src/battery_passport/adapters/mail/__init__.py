"""Letters by SMTP, or as files of a demonstration."""
