import Kernel
import Testing
import Web

@Suite struct OutboundTests {
  /// Addresses of machines that are nobody's business of the public internet.
  static let inside = [
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.127.255.254", "127.0.0.1", "127.1.2.3",
    "127.255.255.255", "169.254.169.254", "169.254.0.1", "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.0.170",
    "192.0.2.1", "192.31.196.1", "192.52.193.1", "192.88.99.1", "192.168.0.1", "192.168.255.255", "192.175.48.1",
    "198.18.0.1", "198.19.255.255", "198.51.100.7", "203.0.113.9", "224.0.0.1", "239.255.255.255", "240.0.0.1",
    "255.255.255.255", "::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1",
    "64:ff9b::7f00:1", "64:ff9b::a00:1", "64:ff9b:1::1", "100::1", "2001::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "2001:2::1", "2001:10::1", "2001:20::1", "2001:db8::1", "2002:7f00:1::", "2002:a00:1::1", "2002:c0a8:101::1",
    "2620:4f:8000::1", "3fff::1", "5f00::1", "fc00::1", "fd12:3456::1", "fe80::1", "febf::1", "fec0::1", "ff02::1",
    "ff0e::1", "4000::1", "::ffff:0:127.0.0.1",
  ]

  @Test(arguments: inside)
  func `a machine inside is never sent to`(_ text: String) throws {
    let address = try #require(NetworkAddress(text))
    #expect(!address.isGlobalUnicast)
    let named = try OutboundAddress("https://example.com/")
    #expect(throws: Problem.self) { try Outlets.publicOnly.check([address], of: named) }
    // One bad address among good ones is enough.
    let good = try #require(NetworkAddress("93.184.215.14"))
    #expect(throws: Problem.self) { try Outlets.publicOnly.check([good, address], of: named) }
  }

  @Test(arguments: [
    "1.1.1.1", "8.8.8.8", "93.184.215.14", "100.63.255.255", "100.128.0.1", "172.15.0.1", "172.32.0.1", "192.0.1.1",
    "198.17.0.1", "198.20.0.1", "223.255.255.255", "2606:2800:220:1::1", "2a00:1450:4001::1", "2001:4860:4860::8888",
    "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1",
  ])
  func `a machine of the public internet is sent to`(_ text: String) throws {
    let address = try #require(NetworkAddress(text))
    #expect(address.isGlobalUnicast)
    try Outlets.publicOnly.check([address], of: try OutboundAddress("https://example.com/"))
  }

  /// What some reader takes for an address inside, or for another host.
  @Test(arguments: [
    "", "example.com", "//example.com/", "ftp://example.com/", "file:///etc/passwd", "gopher://example.com/",
    "javascript:alert(1)", "HTTPS://example.com/", "https:/example.com", "https:///path", "https://",
    "https://user@example.com/", "https://user:word@example.com/", "https://example.com:80@127.0.0.1/",
    "https://a@127.0.0.1:80\\@example.com/", "https://example.com\\@127.0.0.1/", "https://127.1/",
    "https://2130706433/",
    "https://0x7f000001/", "https://0x7f.0.0.1/", "https://0177.0.0.1/", "https://127.0.0.01/", "https://1.2.3/",
    "https://①②⑦.0.0.1/", "https://exa mple.com/", "https://example.com/a b", "https://example.com/\u{0}",
    "https://example.com/\r\nHost: other", "https://example.com:0/", "https://example.com:65536/",
    "https://example.com:+443/", "https://example.com:443x/", "https://example.com:/", "https://-example.com/",
    "https://example-.com/", "https://example..com/", "https://.example.com/", "https://example.com./",
    "https://[::1/", "https://::1/", "https://[127.0.0.1]/", "https://[fe80::1%25eth0]/", "https://[::1]x/",
    "https://example.com/#part", "https://exämple.com/", "https://example.com/{x}", "https://example.0x1/",
  ])
  func `an address that could be read in two ways is none`(_ text: String) {
    #expect(throws: Problem.self) { try OutboundAddress(text) }
  }

  @Test(arguments: [
    ("https://example.com", "https://example.com/"), ("https://Example.COM:443/A?b=c", "https://example.com/A?b=c"),
    ("https://example.com?x=1", "https://example.com/?x=1"), ("https://example.com:8443/", "https://example.com:8443/"),
    ("http://10.1.2.3:9000/hook", "http://10.1.2.3:9000/hook"),
    ("https://[2606:2800::1]:8443/x", "https://[2606:2800::1]:8443/x"),
  ])
  func `an address is read as it is written`(_ text: String, _ read: String) throws {
    #expect(try OutboundAddress(text).description == read)
  }

  @Test func `the public internet is sent to by https and its ports only`() throws {
    for refused in [
      "http://example.com/", "https://example.com:22/", "https://example.com:8080/", "https://127.0.0.1/",
    ] {
      #expect(throws: Problem.self) { try Outlets.publicOnly.check(try OutboundAddress(refused)) }
    }
    try Outlets.publicOnly.check(try OutboundAddress("https://example.com:8443/"))
  }

  @Test func `the operator of the machine may allow an address or a range, and nothing beside it`() throws {
    let outlets = try Outlets(allowing: ["10.1.0.0/16", "127.0.0.1", "fd00::/8"])
    try outlets.check(try OutboundAddress("http://10.1.200.3:9000/"))
    try outlets.check(try OutboundAddress("http://127.0.0.1:8080/"))
    try outlets.check(try OutboundAddress("http://[fd00::5]:8080/"))
    for refused in ["http://10.2.0.1/", "http://127.0.0.2/", "https://[::1]/", "https://169.254.169.254/"] {
      #expect(throws: Problem.self) { try outlets.check(try OutboundAddress(refused)) }
    }
    #expect(throws: Problem.self) { try Outlets(allowing: ["10.1.0.0/33"]) }
    #expect(throws: Problem.self) { try Outlets(allowing: ["localhost"]) }
  }

  @Test func `a range ends at its last bit`() throws {
    let range = try #require(NetworkAddress.Network("100.64.0.0/10"))
    let last = try #require(NetworkAddress("100.127.255.255"))
    let next = try #require(NetworkAddress("100.128.0.0"))
    let other = try #require(NetworkAddress("::1"))
    #expect(last.isIn(range) && !next.isIn(range) && !other.isIn(range))
  }
}
