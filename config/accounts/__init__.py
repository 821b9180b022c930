"""Log-in, two-factor authentication and sessions of operators, by django-allauth."""
