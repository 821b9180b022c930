"""The steps of `manage.py up`, before the supervisor takes over."""
