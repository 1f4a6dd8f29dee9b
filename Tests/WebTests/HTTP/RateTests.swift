import Synchronization
import Testing
import Web

@Suite struct RateTests {
  /// A monotonic clock a test moves.
  private final class Moved: Sendable {
    private let time = Mutex(Duration.zero)
    @Sendable func now() -> Duration { time.withLock { $0 } }
    func move(_ seconds: Double) { time.withLock { $0 += .seconds(seconds) } }
  }

  @Test func `so many at once, then one whenever one has come back`() {
    let clock = Moved()
    let buckets = TokenBuckets(uptime: clock.now)
    let rate = Rate("test", 6, seconds: 60)
    for left in (0..<6).reversed() {
      let standing = buckets.take(rate, for: "a")
      #expect(standing.isAllowed && standing.remaining == left && standing.limit == 6)
    }
    let refused = buckets.take(rate, for: "a")
    #expect(!refused.isAllowed && refused.remaining == 0 && refused.reset == 10)
    #expect(buckets.take(rate, for: "b").isAllowed, "another caller has a bucket of their own")
    #expect(buckets.take(Rate("other", 1, seconds: 60), for: "a").isAllowed, "another kind is counted by itself")
    clock.move(9)
    #expect(!buckets.take(rate, for: "a").isAllowed)
    clock.move(1)
    #expect(buckets.take(rate, for: "a").isAllowed)
    #expect(!buckets.take(rate, for: "a").isAllowed)
    clock.move(3_600)
    #expect(buckets.take(rate, for: "a").remaining == 5, "no more come back than there were")
  }

  @Test func `a map of so many keys forgets what was not asked for longest`() {
    var map = BoundedMap<Int, String>(most: 3)
    for key in 1...3 { map[key] = "\(key)" }
    map[1] = "again"
    map[4] = "4"
    #expect(map[2] == nil && map[1] == "again" && map[3] == "3" && map[4] == "4" && map.count == 3)
    map[3] = nil
    map[5] = "5"
    #expect(map.count == 3 && map[1] != nil)
    for key in 10..<1_000 { map[key] = "x" }
    #expect(map.count == 3 && map[999] != nil && map[996] == nil)
  }

  @Test func `at most so many callers are remembered`() {
    let clock = Moved()
    let buckets = TokenBuckets(most: 10, uptime: clock.now)
    let rate = Rate("test", 1, seconds: 3_600)
    #expect(buckets.take(rate, for: "first").isAllowed)
    #expect(!buckets.take(rate, for: "first").isAllowed)
    for number in 0..<10 { _ = buckets.take(rate, for: "\(number)") }
    #expect(buckets.take(rate, for: "first").isAllowed)
  }

  @Test(arguments: [
    ("10.0.0.1", "10.0.0.1"), ("::ffff:10.0.0.1", "10.0.0.1"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
    ("fe80::1%eth0", "fe80:0:0:0::/64"), ("local", "local"), ("", ""), ("1.2.3", "1.2.3"),
  ])
  func `an address is counted with its network`(address: String, group: String) {
    #expect(ClientAddress.group(address) == group)
  }
}
