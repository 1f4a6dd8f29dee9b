import Foundation
import Kernel
import Server
import Store
import StoreTesting
import Testing

@Suite struct WatchingTests {
  private func withDoor(
    token: String? = nil, isOperator: Bool = false, _ body: @escaping @Sendable (Door) async throws -> Void
  ) async throws {
    try await withStore(.sqlite) { database in
      var settings = Settings()
      settings.metricsToken = token
      let house = try House(database, settings: settings, clock: Stores.clock, log: Door.quiet)
      try await body(Door(responder: Responder(house: house, isOperator: isOperator)))
    }
  }

  @Test func `figures are told by route, never by what was asked for`() async throws {
    try await withDoor(isOperator: true) { door in
      _ = try await door.ask(.get, "/api/v1/customers?q=Quilliam")
      _ = try await door.ask(.get, "/api/v1/customers/4711")
      _ = try await door.ask(.get, "/nowhere/Quilliam")
      let reply = try await door.ask(.get, "/metrics")
      #expect(reply.status == 200)
      #expect(reply["Content-Type"]?.hasPrefix("text/plain; version=0.0.4") == true)
      #expect(reply.text.contains("route=\"/customers/{id}\",status=\"404\"} 1\n"))
      #expect(
        reply.text.contains("valuechain_request_seconds_bucket{method=\"GET\",route=\"/customers\",le=\"+Inf\"} 1\n"))
      #expect(reply.text.contains("valuechain_jobs{state=\"queued\"} 0\n"))
      #expect(reply.text.contains("valuechain_store_bytes "))
      #expect(reply.text.contains("process_resident_memory_bytes "))
      #expect(!reply.text.contains("Quilliam") && !reply.text.contains("4711"))
    }
  }

  @Test func `figures are told to this machine, or for the token`() async throws {
    try await withDoor { door in
      let far = try await door.ask(.get, "/metrics")
      #expect(far.status == 403)
    }
    try await withDoor(token: "a token of some length") { door in
      let without = try await door.ask(.get, "/metrics")
      let wrong = try await door.ask(.get, "/metrics", headers: ["Authorization": "Bearer wrong"])
      let right = try await door.ask(.get, "/metrics", headers: ["Authorization": "Bearer a token of some length"])
      #expect(without.status == 401)
      #expect(wrong.status == 401)
      #expect(right.status == 200)
    }
  }

  @Test func `the audit page shows what was before and after, and to an analyst nothing of it`() async throws {
    try await withStore(.sqlite) { database in
      try await database.write { tx in
        try tx.audit(
          "edit", .customer, 5,
          detail: ["before": ["name": "Old & Co", "kind": "person"], "after": ["name": "New", "kind": "person"]],
          by: .operator, at: Stores.clock.now)
      }
      let house = try House(database, settings: Settings(), clock: Stores.clock, log: Door.quiet)
      let door = Door(responder: Responder(house: house, isOperator: true))
      let page = try await door.ask(.get, "/audit?noun=customer&record=5").text
      #expect(page.contains("<del>Old &amp; Co</del>") && page.contains("<ins>New</ins>"))
      #expect(!page.contains("<del>person</del>"))
      #expect(try await door.ask(.get, "/audit?noun=customer&record=6").text.contains("No line fits"))
      #expect(try await door.ask(.get, "/api/v1/audit?noun=songs").status == 422)
    }
  }
}
