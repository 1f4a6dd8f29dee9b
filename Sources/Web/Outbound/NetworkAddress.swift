import Foundation

/// An address of a machine, as the bytes that are connected to; decided on by number, never by text.
package enum NetworkAddress: Sendable, Hashable, CustomStringConvertible {
  case four([UInt8])
  case six([UInt8])

  /// - Parameter bytes: 4 or 16 of them; nil otherwise.
  package init?(bytes: [UInt8]) {
    switch bytes.count {
    case 4: self = .four(bytes)
    case 16: self = .six(bytes)
    default: return nil
    }
  }

  /// Reads `192.0.2.1` or `2001:db8::1`, each as it is usually written; no other spelling is an address.
  package init?(_ text: String) {
    var four = in_addr()
    var six = in6_addr()
    if inet_pton(AF_INET, text, &four) == 1 {
      let bytes = withUnsafeBytes(of: &four) { Array($0) }
      // Some readers take a leading zero for octal.
      guard bytes.map(String.init).joined(separator: ".") == text else { return nil }
      self = .four(bytes)
    } else if inet_pton(AF_INET6, text, &six) == 1 {
      self = .six(withUnsafeBytes(of: &six) { Array($0) })
    } else {
      return nil
    }
  }

  package var bytes: [UInt8] {
    switch self {
    case .four(let bytes), .six(let bytes): bytes
    }
  }

  /// What it leads to: an IPv4 address that is only wrapped in an IPv6 one (mapped, NAT64, 6to4) is that address.
  package var unwrapped: NetworkAddress {
    guard case .six(let bytes) = self else { return self }
    if bytes.starts(with: Self.mapped) || bytes.starts(with: Self.translated) { return .four(Array(bytes[12...])) }
    if bytes.starts(with: [0x20, 0x02]) { return .four(Array(bytes[2..<6])) }
    return self
  }

  private static let mapped: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]
  private static let translated: [UInt8] = [0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0]

  /// Whether it is one machine of the public internet: what may be connected to without anybody's leave.
  package var isGlobalUnicast: Bool {
    switch unwrapped {
    case .four(let bytes): !Self.reservedFour.contains { NetworkAddress.four(bytes).isIn($0) }
    case .six(let bytes):
      // 2000::/3 is all that was ever given out.
      (bytes.first ?? 0) & 0xE0 == 0x20 && !Self.reservedSix.contains { NetworkAddress.six(bytes).isIn($0) }
    }
  }

  /// What the registries of special addresses (RFC 6890 and its successors) keep from the public internet.
  private static let reservedFour = [
    "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
    "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24",
    "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
  ].compactMap(Network.init)

  private static let reservedSix = ["2001::/23", "2001:db8::/32", "2620:4f:8000::/48", "3fff::/20"]
    .compactMap(Network.init)

  package func isIn(_ network: Network) -> Bool {
    let (own, other) = (bytes, network.address.bytes)
    guard own.count == other.count else { return false }
    let whole = network.bits / 8
    guard own.prefix(whole).elementsEqual(other.prefix(whole)) else { return false }
    let rest = network.bits % 8
    guard rest > 0, own.indices.contains(whole) else { return true }
    let mask = UInt8(truncatingIfNeeded: 0xFF00 >> rest)
    return own[whole] & mask == other[whole] & mask
  }

  package var description: String {
    switch self {
    case .four(let bytes): return bytes.map(String.init).joined(separator: ".")
    case .six(let bytes):
      let groups = stride(from: 0, to: 16, by: 2).map { at in
        String(Int(bytes[at]) << 8 | Int(bytes[at + 1]), radix: 16)
      }
      return groups.joined(separator: ":")
    }
  }

  /// A range of addresses: `10.0.0.0/8`, or one address alone.
  package struct Network: Sendable, Hashable {
    let address: NetworkAddress
    let bits: Int

    package init?(_ text: String) {
      let parts = text.split(separator: "/", omittingEmptySubsequences: false)
      guard let first = parts.first, parts.count <= 2, let address = NetworkAddress(String(first)) else { return nil }
      let most = address.bytes.count * 8
      guard parts.count == 2 else {
        (self.address, bits) = (address, most)
        return
      }
      guard let bits = Int(parts[1]), (0...most).contains(bits) else { return nil }
      (self.address, self.bits) = (address, bits)
    }
  }
}
