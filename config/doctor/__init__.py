"""`manage.py doctor`: what is wrong with this deployment, in plain words, and what to do."""
