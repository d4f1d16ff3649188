"""The check as most Django projects would write it: ModelSerializer, TokenAuthentication, throttle, ORM."""
