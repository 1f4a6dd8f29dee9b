import Synchronization

/// Whether the server is about to stop.
///
/// Whoever watches `/ready` is told at once and given a moment to send nobody any more; only then are connections refused.
final class Stopping: Sendable {
  private struct State {
    var isStopping = false
    var lastAsked: ContinuousClock.Instant?
  }

  private let state = Mutex(State())

  /// How long requests in flight may take to end.
  static let patience = Duration.seconds(20)
  private static let watched = Duration.seconds(60)
  private static let grace = Duration.seconds(2)

  var isStopping: Bool { state.withLock { $0.isStopping } }

  func begin() { state.withLock { $0.isStopping = true } }

  /// Notes that somebody watches.
  func asked() { state.withLock { $0.lastAsked = .now } }

  /// Waits for those who watch to have seen it; not at all when nobody does.
  func waitForWatchers() async {
    let last = state.withLock { $0.lastAsked }
    guard let last, ContinuousClock.now - last < Stopping.watched else { return }
    try? await Task.sleep(for: Stopping.grace)
  }
}
