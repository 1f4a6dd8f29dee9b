import HTTPTypes
import Kernel
import Server
import Testing

@Suite struct ResponderTests {
  private func ask(
    _ method: HTTPRequest.Method, _ path: String, host: String = "127.0.0.1:8080", headers: [String: String] = [:],
    body: String = "", isOperator: Bool = false
  ) async throws -> Door.Reply {
    try await withHouse { house in
      try await Door(responder: Responder(house: house, isOperator: isOperator))
        .ask(method, path, host: host, headers: headers, body: body)
    }
  }

  private func expectGuarded(_ reply: Door.Reply, _ about: String) {
    let policy = reply["Content-Security-Policy"] ?? ""
    #expect(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "\(about)")
    #expect(!policy.contains("unsafe"), "\(about)")
    #expect(reply["X-Content-Type-Options"] == "nosniff", "\(about)")
    #expect(reply["Referrer-Policy"] == "same-origin", "\(about)")
    #expect(reply["Cache-Control"] == "no-store", "\(about)")
    #expect(reply["X-Frame-Options"] == "DENY", "\(about)")
    #expect(reply["X-Request-ID"]?.isEmpty == false, "\(about)")
  }

  /// Method, path, status of what is refused before anybody is signed in.
  @Test(
    arguments: [
      (.get, "/no/such/page", 404), (.get, "/api/v1/no/such/thing", 404), (.get, "/api/v2/customers", 404),
      (.get, "/assets/../company.sqlite", 404), (.get, "/assets/no.css", 404), (.get, "/%00", 400),
      (.get, "/a/../b", 400),
      (.delete, "/decisions", 405), (.get, "/api/v1/customers", 401), (.post, "/decisions", 401),
      (.get, "/health", 200),
      (.get, "/sign-in", 200), (.init("BREW") ?? .get, "/", 400),
    ] as [(HTTPRequest.Method, String, Int)])
  func `every answer carries the headers that guard a browser`(
    _ method: HTTPRequest.Method, _ path: String, _ status: Int
  ) async throws {
    let reply = try await ask(method, path)
    #expect(reply.status == status)
    expectGuarded(reply, "\(method.rawValue) \(path)")
  }

  @Test func `a page that nobody is signed in for leads to the sign-in and back`() async throws {
    let reply = try await ask(.get, "/portfolio/concentration")
    #expect(reply.status == 303)
    #expect(reply["Location"] == "/sign-in?return=%2Fportfolio%2Fconcentration")
    expectGuarded(reply, "a redirect")
  }

  @Test func `a refusal of the API is a problem that names the mend`() async throws {
    let reply = try await ask(.get, "/api/v1/customers")
    #expect(reply["Content-Type"] == "application/problem+json")
    #expect(reply.text.contains("\"mend\"") && reply.text.contains("\"requestID\""))
  }

  @Test(arguments: ["evil.example", "127.0.0.1:8081", "127.0.0.1.evil.example:8080", ""])
  func `another host name is not answered`(_ host: String) async throws {
    let reply = try await ask(.get, "/health", host: host)
    #expect(reply.status == 400)
    expectGuarded(reply, "host \(host)")
  }

  @Test(arguments: [
    ["Sec-Fetch-Site": "cross-site"], ["Sec-Fetch-Site": "same-site"], ["Origin": "https://evil.example"],
    ["Origin": "http://127.0.0.1:8081"],
  ])
  func `a form of another site is refused`(_ headers: [String: String]) async throws {
    let form = ["Content-Type": "application/x-www-form-urlencoded"].merging(headers) { first, _ in first }
    let body = "email=a%40example.org&password=wrong"
    #expect(try await ask(.post, "/session", headers: form, body: body).status == 403)
    let own = ["Content-Type": "application/x-www-form-urlencoded", "Origin": "http://127.0.0.1:8080"]
    #expect(try await ask(.post, "/session", headers: own, body: body).status == 401)
  }

  @Test func `only the socket of the operator needs no sign-in`() async throws {
    #expect(try await ask(.get, "/api/v1/customers", isOperator: true).status == 200)
    #expect(try await ask(.get, "/api/v1/customers", headers: ["Authorization": "Bearer x"]).status == 401)
  }

  @Test func `an answer is compressed for whoever takes that`() {
    for taken in ["gzip", "gzip, deflate, br", "br;q=1.0, gzip;q=0.8", "deflate,gzip"] {
      #expect(Gzip.isTaken(taken), "\(taken)")
    }
    for not in ["", "br", "gzip;q=0", "gzip; q=0.000, br", "x-gzip-2", "identity"] {
      #expect(!Gzip.isTaken(not), "\(not)")
    }
  }

  @Test func `a body that is too large or of another type is refused`() async throws {
    let large = String(repeating: "a", count: 1 << 20 + 1)
    let json = ["Content-Type": "application/json", "Content-Length": "\(large.utf8.count)"]
    #expect(try await ask(.post, "/api/v1/session", headers: json, body: large).status == 413)
    #expect(
      try await ask(.post, "/api/v1/session", headers: ["Content-Type": "application/json"], body: large).status == 413)
    #expect(try await ask(.post, "/api/v1/session", headers: ["Content-Type": "text/xml"], body: "<a/>").status == 415)
  }
}
