require "json"
require "net/http"
require "uri"

host = ENV["API_DOMAIN_NAME"]
username = ENV["API_USERNAME"]
password = ENV["API_PASSWORD"]

if ARGV[0] == "challenges"
  uri = URI("https://#{host}/rest/2fa/challenges")
  request = Net::HTTP::Post.new(uri)
  request.basic_auth(username, password)
  request["Accept"] = "application/vnd.modica.2fa.v1+json"
  request["Content-Type"] = "application/json"
  request.body = {
    destination: "+64211234567"
  }.to_json

  response = Net::HTTP.start(uri.hostname, uri.port, use_ssl: true) do |http|
    http.request(request)
  end
  puts response.body
else
  uri = URI("https://#{host}/rest/2fa/responses")
  request = Net::HTTP::Post.new(uri)
  request.basic_auth(username, password)
  request["Accept"] = "application/vnd.modica.2fa.v1+json"
  request["Content-Type"] = "application/json"
  request.body = {
    challenge_id: ARGV[1],
    code: ARGV[2]
  }.to_json

  response = Net::HTTP.start(uri.hostname, uri.port, use_ssl: true) do |http|
    http.request(request)
  end
  puts response.body
end
