import Conditions
import HTTPTypes
import Kernel
import Server
import Store
import StoreTesting
import Testing

/// Keys, limits and the second factor at the door.
@Suite struct AccessTests {
  /// The product with one administrator, whose session and keys are made without a password.
  private struct Gate {
    let house: House
    let door: Door
    let user: User
    let session: String

    func ask(
      _ method: HTTPRequest.Method, _ path: String, token: String? = nil, headers: [String: String] = [:],
      body: String = ""
    ) async throws -> Door.Reply {
      var headers = headers
      if let token { headers["Authorization"] = "Bearer \(token)" }
      if !body.isEmpty { headers["Content-Type"] = "application/json" }
      return try await door.ask(method, path, headers: headers, body: body)
    }

    func key(_ scopes: [String]?) async throws -> String {
      let draft = try KeyDraft(name: "test", scopes: scopes, days: nil)
      return try await house.modules.keys.create(draft, for: user.id, by: .operator).token
    }
  }

  private func withGate(
    _ change: @escaping (inout Settings) -> Void = { _ in }, _ body: @escaping (Gate) async throws -> Void
  ) async throws {
    try await withStore(.sqlite) { database in
      var settings = Settings()
      change(&settings)
      let house = try House(database, settings: settings, clock: Stores.clock, log: Door.quiet)
      try await house.modules.companies.found(Company(name: "Shop"), by: .operator)
      let user = try await house.modules.users.create(
        email: "ida@example.org", name: "Ida", password: "the horse eats nine apples", by: .operator)
      let session = try await house.modules.sessions.open(user, from: "10.0.0.1", agent: "test", code: nil)
      let door = Door(responder: Responder(house: house, isOperator: false))
      try await body(Gate(house: house, door: door, user: user, session: session))
    }
  }

  @Test func `a key opens the API within its scopes, no page, and nothing of the account`() async throws {
    try await withGate { gate in
      let key = try await gate.key(["customer:see"])
      #expect(try await gate.ask(.get, "/api/v1/customers", token: key).status == 200)
      let customer = "{\"name\": \"Ben Oak\", \"kind\": \"person\"}"
      #expect(try await gate.ask(.post, "/api/v1/customers", token: key, body: customer).status == 403)
      for path in ["/users", "/company", "/account", "/keys", "/account/second-factor"] {
        #expect(try await gate.ask(.get, "/api/v1\(path)", token: key).status == 403, "\(path)")
      }
      #expect(try await gate.ask(.get, "/customers", token: key).status == 303)
      let all = try await gate.key(nil)
      #expect(try await gate.ask(.post, "/api/v1/customers", token: all, body: customer).status == 201)
      #expect(try await gate.ask(.post, "/api/v1/keys", token: all, body: "{\"name\": \"x\"}").status == 403)
      let names = try await gate.house.modules.database.read { try $0.auditEntries().map(\.actorName) }
      #expect(names.contains("Ida (key test)"))
      #expect(try await gate.ask(.get, "/api/v1/account", token: gate.session).status == 200)
    }
  }

  @Test func `too many calls are refused until some have come back`() async throws {
    try await withGate({ $0.requestsPerMinute = 3 }) { gate in
      let key = try await gate.key(["customer:see"])
      for left in [2, 1, 0] {
        let reply = try await gate.ask(.get, "/api/v1/customers", token: key)
        #expect(reply.status == 200 && reply["RateLimit-Remaining"] == "\(left)" && reply["RateLimit-Limit"] == "3")
      }
      let refused = try await gate.ask(.get, "/api/v1/customers", token: key)
      #expect(refused.status == 429 && refused["RateLimit-Remaining"] == "0")
      #expect(refused["Retry-After"].flatMap { Int($0) }.map { (1...20).contains($0) } == true)
      #expect(try await gate.ask(.get, "/api/v1/customers", token: gate.session).status == 200)
      #expect(try await gate.ask(.get, "/health").status == 200)
    }
  }

  @Test func `asking for a new password is limited by where it comes from`() async throws {
    try await withGate({ $0.isBehindProxy = true }) { gate in
      var statuses: [Int] = []
      for from in Array(repeating: "10.0.0.1", count: 11) + ["10.0.0.2"] {
        let reply = try await gate.ask(
          .post, "/api/v1/password-requests", headers: ["X-Forwarded-For": "evil, \(from)"],
          body: "{\"email\": \"nobody@example.org\"}")
        statuses.append(reply.status)
      }
      #expect(statuses == Array(repeating: 202, count: 10) + [429, 202])
    }
  }

  @Test func `who owes a second factor reaches nothing but setting it up`() async throws {
    try await withGate { gate in
      try await gate.house.modules.secondFactors.require(of: "", by: .operator)
      #expect(try await gate.ask(.get, "/api/v1/customers", token: gate.session).status == 403)
      let page = try await gate.ask(.get, "/customers", headers: ["Cookie": "session=\(gate.session)"])
      #expect(page.status == 303 && page["Location"] == "/account/second-factor")
      #expect(try await gate.ask(.get, "/api/v1/account/second-factor", token: gate.session).status == 200)
      let key = try await gate.key(["customer:see"])
      #expect(try await gate.ask(.get, "/api/v1/customers", token: key).status == 200)
    }
  }
}
