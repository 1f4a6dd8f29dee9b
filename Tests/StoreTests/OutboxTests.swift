import Kernel
import Store
import StoreTesting
import Testing

@Suite struct OutboxTests {
  private func announce(_ kinds: [String], in store: Database, at now: Instant = Stores.clock.now) async throws {
    for kind in kinds {
      try await store.write { try $0.announce(kind, .customer, 7, ["name": kind], at: now) }
    }
  }

  @Test(arguments: Stores.underTest)
  func `events stand in the order in which they were committed, each at one place`(_ dialect: Dialect) async throws {
    try await withStore(dialect) { store in
      try await announce(["customer.a", "customer.b"], in: store)
      #expect(try await store.read { try $0.events(after: 0, limit: 10) }.isEmpty)
      #expect(try await store.write { try $0.placeEvents() } == 2)
      try await announce(["customer.c"], in: store)
      #expect(try await store.write { try $0.placeEvents() } == 1)
      #expect(try await store.write { try $0.placeEvents() } == 0)
      let events = try await store.read { try $0.events(after: 0, limit: 10) }
      #expect(events.map(\.kind) == ["customer.a", "customer.b", "customer.c"])
      #expect(events.map(\.place) == [1, 2, 3])
      #expect(try await store.read { try $0.events(after: 1, limit: 1) }.map(\.place) == [2])
      #expect(try await store.read { try $0.events(after: 0, nouns: [.decision], limit: 9) }.isEmpty)
    }
  }

  @Test(arguments: Stores.underTest)
  func `what is committed late gets a late place`(_ dialect: Dialect) async throws {
    try await withStore(dialect) { store in
      // Many writers at once, and one who gives places meanwhile: a follower who goes on from the last place it saw
      // sees every event once.
      async let placing: [Int64] = {
        var seen: [Int64] = []
        var place: Int64 = 0
        while seen.count < 60 {
          try await store.write { try $0.placeEvents() }
          let from = place
          let events = try await store.read { try $0.events(after: from, limit: 100) }
          seen += events.map(\.id)
          place = events.last?.place ?? place
          try await Task.sleep(for: .milliseconds(2))
        }
        return seen
      }()
      try await withThrowingTaskGroup(of: Void.self) { group in
        for writer in 0..<6 {
          group.addTask {
            for number in 0..<10 {
              try await store.write {
                try $0.announce(
                  "customer.changed", .customer, Int64(writer * 10 + number), [Int](), at: Stores.clock.now)
              }
            }
          }
        }
        try await group.waitForAll()
      }
      let seen = try await placing
      #expect(seen.count == 60 && Set(seen).count == 60)
    }
  }

  @Test(arguments: Stores.underTest)
  func `events are forgotten when they are old and everybody passed them`(_ dialect: Dialect) async throws {
    try await withStore(dialect) { store in
      let now = Stores.clock.now
      try await announce(["customer.a", "customer.b"], in: store, at: now.adding(seconds: -100))
      try await announce(["customer.c"], in: store, at: now)
      try await store.write { tx in
        try tx.placeEvents()
        try tx.forgetEvents(before: now.adding(seconds: -50), through: 1)
      }
      #expect(try await store.read { try $0.events(after: 0, limit: 9) }.map(\.place) == [2, 3])
      try await store.write { try $0.forgetEvents(before: now.adding(seconds: -50), through: 3) }
      #expect(try await store.read { try $0.events(after: 0, limit: 9) }.map(\.place) == [3])
      let ends = try await store.read { try $0.outboxEnds() }
      #expect(ends.newest == 3 && ends.forgotten == 2)
    }
  }
}
