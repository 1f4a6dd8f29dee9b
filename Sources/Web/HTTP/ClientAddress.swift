import Foundation

/// Where a request comes from, as limits count it.
package enum ClientAddress {
  /// An IPv4 address as it is, also one written as IPv6; of an IPv6 address the network a subscriber is given: its first
  /// 64 bits. Anything else as it is.
  package static func group(_ text: String) -> String {
    var four = in_addr()
    if inet_pton(AF_INET, text, &four) == 1 { return text }
    var six = in6_addr()
    let plain = text.utf8.split(separator: UInt8(ascii: "%"), maxSplits: 1).first.map {
      String(decoding: $0, as: UTF8.self)
    }
    guard inet_pton(AF_INET6, plain ?? text, &six) == 1 else { return text }
    let bytes = withUnsafeBytes(of: six) { Array($0) }
    if bytes.prefix(10).allSatisfy({ $0 == 0 }), bytes[10] == 0xFF, bytes[11] == 0xFF {
      return bytes.suffix(4).map(String.init).joined(separator: ".")
    }
    let groups = stride(from: 0, to: 8, by: 2).map { place in
      String(UInt16(bytes[place]) << 8 | UInt16(bytes[place + 1]), radix: 16)
    }
    return groups.joined(separator: ":") + "::/64"
  }
}
