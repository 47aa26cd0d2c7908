if [ "$1" = challenges ]; then
  curl -X POST "https://$API_DOMAIN_NAME/rest/2fa/challenges" \
    -H "Accept: application/vnd.modica.2fa.v1+json" \
    -H "Content-Type: application/json" \
    -u "$API_USERNAME:$API_PASSWORD" \
    -d '{"destination":"+64211234567"}'
else
  curl -X POST "https://$API_DOMAIN_NAME/rest/2fa/responses" \
    -H "Accept: application/vnd.modica.2fa.v1+json" \
    -H "Content-Type: application/json" \
    -u "$API_USERNAME:$API_PASSWORD" \
    -d '{"challenge_id":"'"$2"'","code":"'"$3"'"}'
fi
