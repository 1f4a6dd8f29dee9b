import Foundation
import Kernel
import Server
import Synchronization
import Testing
import Web

/// How often something was asked.
private final class Count: Sendable {
  let number = Mutex(0)
}

@Suite struct OutboundClientTests {
  private func post(_ address: String) throws -> OutboundPost {
    OutboundPost(to: try OutboundAddress(address), headers: [], body: Array("{}".utf8))
  }

  @Test(arguments: [
    "127.0.0.1", "10.0.0.8", "169.254.169.254", "::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "fd00::1",
  ])
  func `a name that leads inside is refused before anything is connected`(_ inside: String) async throws {
    let address = try #require(NetworkAddress(inside))
    let client = OutboundClient(.publicOnly) { _ in [address] }
    let problem = await #expect(throws: Problem.self) { try await client.post(try post("https://rebind.example/")) }
    #expect(problem?.kind == .notAllowed)
  }

  @Test func `a name is looked up once, and one bad address among its addresses is enough`() async throws {
    let asked = Count()
    let good = try #require(NetworkAddress("93.184.215.14"))
    let bad = try #require(NetworkAddress("192.168.1.1"))
    let client = OutboundClient(.publicOnly) { _ in
      asked.number.withLock { $0 += 1 }
      return [good, bad]
    }
    await #expect(throws: Problem.self) { try await client.post(try post("https://rebind.example/")) }
    #expect(asked.number.withLock { $0 } == 1)
  }

  @Test func `a name nobody knows and a machine that does not answer are told as such`() async throws {
    let unknown = OutboundClient(.publicOnly) { _ in [] }
    let problem = await #expect(throws: Problem.self) { try await unknown.post(try post("https://nobody.example/")) }
    #expect(problem?.message.contains("nobody.example") == true)
    // Port 9 of this machine is taken by nobody.
    let allowed = OutboundClient(try Outlets(allowing: ["127.0.0.1"]), patience: .seconds(5))
    let refused = await #expect(throws: Problem.self) { try await allowed.post(try post("http://127.0.0.1:9/")) }
    #expect(refused?.kind == .unavailable)
  }
}
