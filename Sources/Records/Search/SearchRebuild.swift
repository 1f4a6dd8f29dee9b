import Foundation
import Kernel
import Store

/// Makes the words of every record anew: after an upgrade, or when somebody doubts them.
extension Searches {
  package static let rebuildKind = "search.rebuild"
  private static let stretch = 2_000

  /// How many records there are to be found, and how many of them are in the index.
  package struct Standing: Sendable, Equatable, Encodable {
    package let records: Int
    package let indexed: Int
  }

  package func standing(for actor: Actor) async throws -> Standing {
    try actor.require(.see, .job)
    let sources = sources
    return try await database.read { tx in
      let records = try sources.map { try tx.value("SELECT count(*) FROM \(name: $0.table)", as: Int.self) ?? 0 }
      let indexed = try tx.value("SELECT count(*) FROM search_entry", as: Int.self) ?? 0
      return Standing(records: records.reduce(0, +), indexed: indexed)
    }
  }

  /// Queues a rebuild.
  package func beginRebuild(by actor: Actor) async throws -> ID<Job> {
    try actor.require(.edit, .job, reach: .all)
    let now = clock.now
    return try await database.write { tx in
      let job = try jobs.enqueue(
        Self.rebuildKind, title: "Search index", arguments: [String: String](), by: actor, in: tx)
      try tx.audit("rebuild", .job, job.rawValue, detail: ["of": "search"], by: actor, at: now)
      return job
    }
  }

  /// Queues the first filling of a store that has records and no words yet.
  package func beginWhenEmpty() async throws {
    let sources = sources
    let isNeeded = try await database.read { tx in
      guard try tx.first("SELECT 1 FROM search_entry LIMIT 1") == nil,
        try tx.first("SELECT 1 FROM search_due LIMIT 1") == nil,
        try tx.first("SELECT 1 FROM job WHERE kind = \(Self.rebuildKind) AND state IN ('queued', 'running')") == nil
      else { return false }
      return try sources.contains { try tx.first("SELECT 1 FROM \(name: $0.table) LIMIT 1") != nil }
    }
    if isNeeded { _ = try await beginRebuild(by: .operator) }
  }

  /// Whether records came in that are not found by their words yet.
  package func isBehind() async throws -> Bool {
    try await database.glance { try $0.first("SELECT 1 FROM search_due LIMIT 1") != nil }
  }

  /// Writes the words of everything that came in and is not found by them yet.
  package func catchUp() async throws {
    guard try await isBehind() else { return }
    let sources = sources
    while try await database.write({ try SearchIndex.refreshDue(sources, in: $0) }) { try Task.checkCancellation() }
  }

  @Sendable package func rebuildJob(_ job: Job, _ progress: JobProgress) async throws -> String? {
    let done = try await rebuild(progress)
    return String(decoding: try JSONEncoder().encode(["records": done]), as: UTF8.self)
  }

  /// - Returns: how many records are found by words now.
  package func rebuild(_ progress: JobProgress = .silent) async throws -> Int {
    let sources = sources
    let total = try await database.write { tx in
      try tx.run("DELETE FROM search_word")
      try tx.run("DELETE FROM search_spelling")
      try tx.run("DELETE FROM search_entry")
      try tx.run("DELETE FROM search_due")
      return try sources.map { try tx.value("SELECT count(*) FROM \(name: $0.table)", as: Int.self) ?? 0 }.reduce(0, +)
    }
    var done = 0
    for source in sources {
      var place: Int64 = 0
      while let last = try await refresh(source, after: place) {
        place = last.id
        done += last.count
        try await progress.report(Int64(done), of: Int64(max(total, done)), "\(done) of \(total) records")
      }
    }
    return done
  }

  /// - Returns: the last of the next stretch of records, and how many they were; nil when there are no more.
  private func refresh(_ source: SearchSource, after place: Int64) async throws -> (id: Int64, count: Int)? {
    try await database.write { tx in
      let ids: [Int64] = try tx.rows(
        "SELECT id FROM \(name: source.table) WHERE id > \(place) ORDER BY id LIMIT \(Self.stretch)"
      ) { try $0(0) }
      guard let first = ids.first, let last = ids.last else { return nil }
      try SearchIndex.refresh(source, in: first...last, in: tx)
      return (last, ids.count)
    }
  }
}
