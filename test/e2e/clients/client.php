<?php
$host = getenv("API_DOMAIN_NAME");
$username = getenv("API_USERNAME");
$password = getenv("API_PASSWORD");

if ($argv[1] === "challenges") {
    $payload = json_encode([
        "destination" => "+64211234567"
    ]);

    $ch = curl_init("https://$host/rest/2fa/challenges");
    curl_setopt($ch, CURLOPT_USERPWD, "$username:$password");
    curl_setopt($ch, CURLOPT_HTTPHEADER, [
        "Accept: application/vnd.modica.2fa.v1+json",
        "Content-Type: application/json"
    ]);
    curl_setopt($ch, CURLOPT_POST, true);
    curl_setopt($ch, CURLOPT_POSTFIELDS, $payload);
    curl_setopt($ch, CURLOPT_RETURNTRANSFER, true);

    $response = curl_exec($ch);
    curl_close($ch);
    echo $response;
} else {
    $payload = json_encode([
        "challenge_id" => $argv[2],
        "code" => $argv[3]
    ]);

    $ch = curl_init("https://$host/rest/2fa/responses");
    curl_setopt($ch, CURLOPT_USERPWD, "$username:$password");
    curl_setopt($ch, CURLOPT_HTTPHEADER, [
        "Accept: application/vnd.modica.2fa.v1+json",
        "Content-Type: application/json"
    ]);
    curl_setopt($ch, CURLOPT_POST, true);
    curl_setopt($ch, CURLOPT_POSTFIELDS, $payload);
    curl_setopt($ch, CURLOPT_RETURNTRANSFER, true);

    $response = curl_exec($ch);
    curl_close($ch);
    echo $response;
}
?>
