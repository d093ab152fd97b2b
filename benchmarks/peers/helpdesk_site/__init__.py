"""A Django project around django-helpdesk."""
