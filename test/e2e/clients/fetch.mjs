// biome-ignore-all format: as in Modica's document

const [resource, id, code] = process.argv.slice(2);
const { API_DOMAIN_NAME, API_USERNAME, API_PASSWORD } = process.env;

if (resource === "challenges") {
  const credentials = btoa(`${API_USERNAME}:${API_PASSWORD}`);

  const response = await fetch(`https://${API_DOMAIN_NAME}/rest/2fa/challenges`, {
    method: "POST",
    headers: {
      "Accept": "application/vnd.modica.2fa.v1+json",
      "Authorization": `Basic ${credentials}`,
      "Content-Type": "application/json"
    },
    body: JSON.stringify({
      destination: "+64211234567"
    })
  });

  const challenge = await response.json();
  process.stdout.write(JSON.stringify(challenge));
} else {
  const credentials = btoa(`${API_USERNAME}:${API_PASSWORD}`);

  const response = await fetch(`https://${API_DOMAIN_NAME}/rest/2fa/responses`, {
    method: "POST",
    headers: {
      "Accept": "application/vnd.modica.2fa.v1+json",
      "Authorization": `Basic ${credentials}`,
      "Content-Type": "application/json"
    },
    body: JSON.stringify({
      challenge_id: id,
      code: code
    })
  });

  const validation = await response.json();
  process.stdout.write(JSON.stringify(validation));
}
