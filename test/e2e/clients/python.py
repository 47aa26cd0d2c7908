import json
import os
import sys

import requests

host = os.environ["API_DOMAIN_NAME"]
username = os.environ["API_USERNAME"]
password = os.environ["API_PASSWORD"]

if sys.argv[1] == "challenges":
    response = requests.post(
        f"https://{host}/rest/2fa/challenges",
        auth=(username, password),
        headers={
            "Accept": "application/vnd.modica.2fa.v1+json",
            "Content-Type": "application/json",
        },
        json={
            "destination": "+64211234567",
        },
    )

    challenge = response.json()
    print(json.dumps(challenge))
else:
    response = requests.post(
        f"https://{host}/rest/2fa/responses",
        auth=(username, password),
        headers={
            "Accept": "application/vnd.modica.2fa.v1+json",
            "Content-Type": "application/json",
        },
        json={
            "challenge_id": sys.argv[2],
            "code": sys.argv[3],
        },
    )

    validation = response.json()
    print(json.dumps(validation))
