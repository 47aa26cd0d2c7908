import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

class Client {
    public static void main(String[] args) throws Exception {
        String host = System.getenv("API_DOMAIN_NAME");
        String credentials = System.getenv("API_USERNAME") + ":" + System.getenv("API_PASSWORD");

        if (args[0].equals("challenges")) {
            String token = Base64.getEncoder()
                .encodeToString(credentials.getBytes(StandardCharsets.UTF_8));

            String payload = """
            {
              "destination": "+64211234567"
            }
            """;

            HttpRequest request = HttpRequest.newBuilder()
                .uri(URI.create("https://" + host + "/rest/2fa/challenges"))
                .header("Accept", "application/vnd.modica.2fa.v1+json")
                .header("Authorization", "Basic " + token)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(payload))
                .build();

            HttpResponse<String> response = HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.ofString());
            System.out.println(response.body());
        } else {
            String token = Base64.getEncoder()
                .encodeToString(credentials.getBytes(StandardCharsets.UTF_8));

            String payload = """
            {
              "challenge_id": "%s",
              "code": "%s"
            }
            """.formatted(args[1], args[2]);

            HttpRequest request = HttpRequest.newBuilder()
                .uri(URI.create("https://" + host + "/rest/2fa/responses"))
                .header("Accept", "application/vnd.modica.2fa.v1+json")
                .header("Authorization", "Basic " + token)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(payload))
                .build();

            HttpResponse<String> response = HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.ofString());
            System.out.println(response.body());
        }
    }
}
