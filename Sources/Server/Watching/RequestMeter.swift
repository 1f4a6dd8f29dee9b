import Synchronization

/// What was asked of the server and how long it took, by route: counted since the start, in memory.
final class RequestMeter: Sendable {
  struct Key: Hashable, Sendable {
    let method: String
    /// As the table of routes has it, so that no name or number of a record stands in it.
    let route: String
  }

  /// The answers of one route.
  struct Series: Sendable {
    var statuses: [Int: Int] = [:]
    /// How many took no longer than the bound of the same place.
    var buckets = [Int](repeating: 0, count: RequestMeter.bounds.count)
    var seconds = 0.0

    var count: Int { statuses.values.reduce(0, +) }
  }

  /// In seconds.
  static let bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

  private struct State {
    var series: [Key: Series] = [:]
    var inFlight = 0
  }

  private let state = Mutex(State())

  func begin() { state.withLock { $0.inFlight += 1 } }

  func end(_ key: Key, status: Int, seconds: Double) {
    state.withLock { state in
      state.inFlight -= 1
      state.series[key, default: Series()].statuses[status, default: 0] += 1
      state.series[key, default: Series()].seconds += seconds
      for (place, bound) in RequestMeter.bounds.enumerated() where seconds <= bound {
        state.series[key, default: Series()].buckets[place] += 1
      }
    }
  }

  var inFlight: Int { state.withLock { $0.inFlight } }

  /// In the order of their names.
  var series: [(key: Key, series: Series)] {
    state.withLock { $0.series }.map { (key: $0.key, series: $0.value) }
      .sorted { ($0.key.route, $0.key.method) < ($1.key.route, $1.key.method) }
  }
}
