import Kernel

/// An address in the web that this program may send to, read strictly: what two readers could take for two places is
/// refused.
package struct OutboundAddress: Sendable, Hashable, CustomStringConvertible {
  package enum Scheme: String, Sendable { case https, http }

  package let scheme: Scheme
  /// A name in ASCII, in lower case, or an address without brackets.
  package let host: String
  /// The address, when the host is one.
  package let literal: NetworkAddress?
  package let port: Int
  /// Path and query, beginning with a slash.
  package let target: String

  /// - Throws: `Problem` naming `field`.
  package init(_ text: String, field: String = "address") throws {
    func refusal(_ what: String) -> Problem {
      Problem(.invalid, field: field, what, mend: "Write it as https://example.com/path.")
    }
    let bytes = Array(text.utf8)
    guard (1...2_000).contains(bytes.count) else { throw refusal("This is empty or longer than 2,000 bytes.") }
    guard bytes.allSatisfy({ (0x21...0x7E).contains($0) && !Self.forbidden.contains($0) }) else {
      throw refusal("There is a character in it that an address cannot have.")
    }
    guard let scheme = text.hasPrefix("https://") ? Scheme.https : text.hasPrefix("http://") ? .http : nil else {
      throw refusal("It begins neither with https:// nor with http://.")
    }
    let rest = bytes.dropFirst(scheme.rawValue.utf8.count + 3)
    let end = rest.firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") }
    let authority = rest[..<(end ?? rest.endIndex)]
    let target = rest[(end ?? rest.endIndex)...]
    guard !authority.contains(UInt8(ascii: "@")) else { throw refusal("There is a name or password in it.") }
    guard !target.contains(UInt8(ascii: "#")) else { throw refusal("There is a part after # in it.") }
    guard let (host, literal, port) = Self.parts(of: authority) else { throw refusal("Its host is not a name.") }
    self.scheme = scheme
    self.host = host
    self.literal = literal
    self.port = port ?? (scheme == .https ? 443 : 80)
    let path = String(decoding: target, as: UTF8.self)
    self.target = path.utf8.first == UInt8(ascii: "/") ? path : "/" + path
  }

  /// `\`, `"`, `<`, `>`, `^`, `` ` ``, `{`, `|`, `}`.
  private static let forbidden: Set<UInt8> = [0x5C, 0x22, 0x3C, 0x3E, 0x5E, 0x60, 0x7B, 0x7C, 0x7D]

  private static func parts(of authority: ArraySlice<UInt8>) -> (String, NetworkAddress?, Int?)? {
    var host = authority
    var port: Int?
    let closing = authority.lastIndex(of: UInt8(ascii: "]"))
    if let colon = authority.lastIndex(of: UInt8(ascii: ":")), closing.map({ $0 < colon }) ?? true {
      let digits = authority[(colon + 1)...]
      guard (1...5).contains(digits.count), digits.allSatisfy({ (48...57).contains($0) }), digits.first != 48,
        let number = Int(String(decoding: digits, as: UTF8.self)), (1...65_535).contains(number)
      else { return nil }
      port = number
      host = authority[..<colon]
    }
    if host.first == UInt8(ascii: "["), host.last == UInt8(ascii: "]") {
      let text = String(decoding: host.dropFirst().dropLast(), as: UTF8.self)
      guard let address = NetworkAddress(text), case .six = address else { return nil }
      return (text.lowercased(), address, port)
    }
    let name = String(decoding: host, as: UTF8.self).lowercased()
    if let address = NetworkAddress(name), case .four = address { return (name, address, port) }
    return isName(host) ? (name, nil, port) : nil
  }

  /// Labels of letters, digits and hyphens; the last is no number in any base, which some readers take for an address.
  private static func isName(_ host: ArraySlice<UInt8>) -> Bool {
    let labels = host.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard (1...253).contains(host.count), let last = labels.last else { return false }
    let areSound = labels.allSatisfy { label in
      (1...63).contains(label.count) && label.first != 45 && label.last != 45
        && label.allSatisfy { (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || $0 == 45 }
    }
    let isNumber =
      last.allSatisfy { (48...57).contains($0) } || last.starts(with: [48, 120]) || last.starts(with: [48, 88])
    return areSound && !isNumber
  }

  /// Host and port as they stand in the header `Host`.
  package var authority: String {
    let name = literal.map { if case .six = $0 { "[\(host)]" } else { host } } ?? host
    return port == (scheme == .https ? 443 : 80) ? name : "\(name):\(port)"
  }

  package var description: String { "\(scheme.rawValue)://\(authority)\(target)" }
}

/// Where this program may send to: the public internet by https, and what the machine's operator allows besides.
package struct Outlets: Sendable {
  /// Ports of the public internet.
  package static let ports: Set<Int> = [443, 8443]

  private let networks: [NetworkAddress.Network]

  /// Only the public internet.
  package static let publicOnly = Outlets(networks: [])

  init(networks: [NetworkAddress.Network]) { self.networks = networks }

  /// - Parameter allowed: addresses and ranges such as `10.1.0.0/16` that may be sent to besides.
  package init(allowing allowed: [String]) throws {
    networks = try allowed.map { text in
      guard let network = NetworkAddress.Network(text) else {
        throw Problem(
          .invalid, field: "allow-private", "“\(text)” is neither an address nor a range.",
          mend: "Write it as 10.1.2.3 or 10.1.0.0/16.")
      }
      return network
    }
  }

  package func isAllowed(_ address: NetworkAddress) -> Bool { networks.contains { address.unwrapped.isIn($0) } }

  /// Refuses what can be told from the text alone.
  package func check(_ address: OutboundAddress, field: String = "address") throws {
    if let literal = address.literal { return try check([literal], of: address, field: field) }
    guard networks.isEmpty else { return }
    try check([], of: address, field: field)
  }

  /// Refuses a host when any of its addresses is not to be sent to.
  package func check(_ found: [NetworkAddress], of address: OutboundAddress, field: String = "address") throws {
    if !found.isEmpty, found.allSatisfy(isAllowed) { return }
    guard found.allSatisfy({ $0.isGlobalUnicast || isAllowed($0) }) else {
      throw Problem(
        .notAllowed, field: field, "\(address.host) is not a machine of the public internet.",
        mend: "The operator of this machine can allow it: valuechain serve --allow-private ADDRESS.")
    }
    guard address.scheme == .https, Self.ports.contains(address.port) else {
      throw Problem(
        .notAllowed, field: field, "Only https on port 443 or 8443 is sent to.",
        mend: "Use an address that begins with https://.")
    }
  }
}
