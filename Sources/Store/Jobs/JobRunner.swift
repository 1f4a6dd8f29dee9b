import Foundation
import Kernel
import Logging
import Synchronization

/// How a handler tells how far it is. Writes at most twice a second, and ends the work when somebody cancelled it.
package final class JobProgress: Sendable {
  private struct State {
    var last: ContinuousClock.Instant?
    var done: Int64 = 0
    var total: Int64?
    var note = ""
  }

  private let state = Mutex(State())
  private let write: @Sendable (Int64, Int64?, String, String?) async throws -> Bool

  /// - Parameter write: called with done, total, note and place; answers whether to stop.
  package init(_ write: @escaping @Sendable (Int64, Int64?, String, String?) async throws -> Bool) {
    self.write = write
  }

  /// JobProgress that nobody follows.
  package static var silent: JobProgress { JobProgress { _, _, _, _ in false } }

  /// - Parameter place: where to go on after an interruption; forces a write.
  /// - Throws: `CancellationError` when the work is to stop.
  package func report(_ done: Int64, of total: Int64?, _ note: String, place: String? = nil) async throws {
    let due = state.withLock { state in
      (state.done, state.total, state.note) = (done, total, note)
      let now = ContinuousClock.now
      if let last = state.last, now - last < .milliseconds(500), place == nil { return false }
      state.last = now
      return true
    }
    if due, try await write(done, total, note, place) { throw CancellationError() }
  }

  /// Does slow work that cannot say how far it is. The job is heard of meanwhile, so that nobody takes it over.
  package func beating<T: Sendable>(
    _ done: Int64, of total: Int64?, _ note: String, _ work: @escaping @Sendable () async throws -> T
  ) async throws -> T {
    try await report(done, of: total, note)
    return try await withThrowingTaskGroup(of: T?.self) { group in
      group.addTask { try await work() }
      group.addTask {
        while true {
          try await Task.sleep(for: .seconds(10))
          try await self.report(done, of: total, note)
        }
      }
      defer { group.cancelAll() }
      while let result = try await group.next() {
        if let result { return result }
      }
      throw CancellationError()
    }
  }

  var latest: (done: Int64, total: Int64?, note: String) { state.withLock { ($0.done, $0.total, $0.note) } }
}

/// Runs the company's jobs one after the other, in this process.
package actor JobRunner {
  /// Does one kind of job. Gets the job and its progress; returns JSON for its result.
  package typealias Handler = @Sendable (Job, JobProgress) async throws -> String?

  private let jobs: Jobs
  private let handlers: [String: Handler]
  private let log: Logger
  private let name = "\(ProcessInfo.processInfo.processIdentifier)-\(UUID().uuidString.prefix(8))"

  package init(_ jobs: Jobs, handlers: [String: Handler], log: Logger) {
    self.jobs = jobs
    self.handlers = handlers
    self.log = log
  }

  /// Works until the task is cancelled. A job in hand stops at its next row boundary and goes on at the next start.
  package func run() async {
    // A file has one process, so whatever still runs at its start was left by one that is gone.
    await quietly { try await jobs.takeOver(all: jobs.database.dialect == .sqlite) }
    while !Task.isCancelled {
      var worked = false
      await quietly { worked = try await runNext() }
      if !worked {
        try? await Task.sleep(for: .milliseconds(250))
        if jobs.database.dialect == .postgres { await quietly { try await jobs.takeOver(all: false) } }
      }
    }
  }

  /// Does the oldest queued job.
  /// - Returns: whether there was one.
  package func runNext() async throws -> Bool {
    guard let job = try await jobs.claim(name) else { return false }
    guard let handler = handlers[job.kind] else {
      try await jobs.end(job.id, .failed, problem: "This version of the program cannot do “\(job.kind)”.")
      return true
    }
    let progress = JobProgress { [jobs] in try await jobs.report(job.id, done: $0, total: $1, note: $2, place: $3) }
    do {
      let result = try await handler(job, progress)
      let (done, total, note) = progress.latest
      _ = try await jobs.report(job.id, done: max(done, total ?? done), total: total, note: note, place: nil)
      try await jobs.end(job.id, .succeeded, result: result)
    } catch is CancellationError {
      // Stopped with the server: it stays "running" and is taken over at the next start.
      if !Task.isCancelled { try await jobs.end(job.id, .cancelled) }
    } catch let problem as Problem where problem.kind == .unavailable && job.attempts < 3 {
      log.warning("job waits for the store", metadata: ["job": "\(job.id)", "problem": "\(problem)"])
      try await Task.sleep(for: .seconds(2))
      try await jobs.putBack(job.id)
    } catch let problem as Problem {
      try await jobs.end(job.id, .failed, problem: problem.description)
    } catch {
      log.error("job failed", metadata: ["job": "\(job.id)", "error": "\(error)"])
      try await jobs.end(job.id, .failed, problem: "Something went wrong inside; see the log for job \(job.id).")
    }
    return true
  }

  private func quietly(_ work: () async throws -> Void) async {
    do {
      try await work()
    } catch is CancellationError {
      return
    } catch {
      log.error("the job runner could not reach the store", metadata: ["error": "\(error)"])
      try? await Task.sleep(for: .seconds(2))
    }
  }
}
