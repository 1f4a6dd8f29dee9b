import Dispatch
import Kernel
import Synchronization

/// A fixed number of connections, handed out one transaction at a time. Who finds none free waits in a bounded queue
/// for a bounded time.
final class PostgresPool: Sendable {
  /// How much the pool takes on.
  struct Limits: Sendable {
    var connections = 8
    var waiting = 100
    /// Seconds.
    var patience = 2.0
  }

  private typealias Handover = CheckedContinuation<PostgresConnection, any Error>

  private struct State {
    var idle: [PostgresConnection]
    var waiting: [(ticket: Int, handover: Handover)] = []
    var tickets = 0
    var isClosed = false
  }

  private let limits: Limits
  private let all: [PostgresConnection]
  private let state: Mutex<State>

  init(_ limits: Limits, open: @escaping @Sendable () throws -> PostgresSession) {
    self.limits = limits
    all = (0..<limits.connections).map { PostgresConnection(number: $0, open: open) }
    state = Mutex(State(idle: all.reversed()))
  }

  /// Lends a connection.
  /// - Throws: `Problem` when too many wait already, when waiting took too long, or when the pool is closed.
  func take() async throws -> PostgresConnection {
    let ticket = state.withLock { state in
      state.tickets += 1
      return state.tickets
    }
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { offer($0, ticket) }
    } onCancel: {
      refuse(ticket, CancellationError())
    }
  }

  /// Takes a connection back, and gives it to whoever has waited longest.
  func giveBack(_ connection: PostgresConnection) {
    let next = state.withLock { state -> Handover? in
      guard !state.waiting.isEmpty else {
        state.idle.append(connection)
        return nil
      }
      return state.waiting.removeFirst().handover
    }
    next?.resume(returning: connection)
  }

  /// Closes every connection after the transaction it is in.
  func close() async {
    let waiting = state.withLock { state in
      state.isClosed = true
      defer { state.waiting = [] }
      return state.waiting
    }
    for waiter in waiting { waiter.handover.resume(throwing: PostgresPool.closed) }
    await disconnect()
  }

  /// Ends every session after the transaction it is in; a new one is opened when it is needed.
  func disconnect() async {
    for connection in all {
      await withCheckedContinuation { done in
        connection.queue.async {
          connection.disconnect()
          done.resume()
        }
      }
    }
  }

  private func offer(_ handover: Handover, _ ticket: Int) {
    let answer = state.withLock { state -> Result<PostgresConnection, Problem>? in
      if state.isClosed { return .failure(PostgresPool.closed) }
      if let connection = state.idle.popLast() { return .success(connection) }
      guard state.waiting.count < limits.waiting else { return .failure(PostgresPool.exhausted) }
      state.waiting.append((ticket, handover))
      return nil
    }
    if let answer { return handover.resume(with: answer) }
    DispatchQueue.global().asyncAfter(deadline: .now() + limits.patience) { [self] in
      refuse(ticket, PostgresPool.exhausted)
    }
  }

  private func refuse(_ ticket: Int, _ reason: any Error) {
    let waiter = state.withLock { state in
      state.waiting.firstIndex { $0.ticket == ticket }.map { state.waiting.remove(at: $0) }
    }
    waiter?.handover.resume(throwing: reason)
  }

  private static let closed = Problem(.unavailable, "The store is closed.", mend: "Start the server again.")
  private static let exhausted = Problem(
    .unavailable, "Every connection to the database is busy.", mend: "Try again in a moment.")
}
