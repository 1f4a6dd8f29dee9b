import Foundation
import Synchronization

/// Lets one side wait until the other says so; at most ten seconds.
final class Signal: Sendable {
  private let semaphore = DispatchSemaphore(value: 0)

  func raise() { semaphore.signal() }

  /// Blocks the thread: for bodies of transactions.
  func wait() { _ = semaphore.wait(timeout: .now() + 10) }

  func raised() async {
    await withCheckedContinuation { done in
      DispatchQueue.global().async {
        self.wait()
        done.resume()
      }
    }
  }
}

/// Counts how often something happened, from any thread.
final class Count: Sendable {
  private let number = Mutex(0)

  var value: Int { number.withLock { $0 } }

  /// - Returns: the count with this one.
  @discardableResult
  func add() -> Int {
    number.withLock {
      $0 += 1
      return $0
    }
  }
}
