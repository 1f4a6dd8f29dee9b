import Kernel

/// A record as it is compared with others: its texts brought into one form.
package struct DuplicateProfile: Sendable {
  /// The words of a name that tell who it is, with how each sounds.
  struct Name: Sendable, Equatable {
    let words: [String]
    let sounds: [String]
    /// The words in order of the alphabet, so that “Smith, Anna” is “Anna Smith”.
    let sorted: String
    let bytes: [UInt8]
    /// Numbers in a name tell shops and households apart.
    let numbers: [String]
  }

  package let id: Int64
  let name: Name?
  let emails: [String]
  let phones: [PhoneNumber]
  let sites: [String]
  let postalCode: String?
  let city: String?
  let street: String?
  let birthday: String?
  let keys: [String]

  /// - Parameter texts: by the names of fields: name, email, phone, website, postalCode, city, street, birthday, key.
  package init(id: Int64, _ texts: RecordTexts) {
    self.id = id
    name = texts["name"].flatMap(DuplicateProfile.name)
    let all = texts.all
    emails = all.filter { $0.field == "email" }.map { Words.folded($0.text) }.filter { $0.utf8.contains(64) }
    phones = all.filter { $0.field == "phone" }.compactMap { PhoneNumber($0.text) }
    sites = all.filter { $0.field == "website" }.compactMap { DuplicateProfile.host($0.text) }
    postalCode = texts["postalCode"].map(Words.number).flatMap { $0.isEmpty ? nil : $0 }
    city = texts["city"].map { Words.of($0).joined(separator: " ") }.flatMap { $0.isEmpty ? nil : $0 }
    street = texts["street"].map(DuplicateProfile.street).flatMap { $0.isEmpty ? nil : $0 }
    birthday = texts["birthday"]
    keys = all.filter { $0.field == "key" }.map { Words.number($0.text) }.filter { !$0.isEmpty }
  }

  private static func name(_ text: String) -> Name? {
    let words = LegalForm.without(Words.of(text))
    guard !words.isEmpty else { return nil }
    let sorted = words.sorted().joined(separator: " ")
    return Name(
      words: words, sounds: words.map { Sound($0)?.german ?? $0 }, sorted: sorted, bytes: Array(sorted.utf8),
      numbers: words.filter { $0.utf8.contains { 48...57 ~= $0 } }.sorted())
  }

  /// `Hauptstr. 5` and `Hauptstraße 5` are one.
  private static func street(_ text: String) -> String {
    Words.of(text).map { word in
      if word.hasSuffix("strasse") { return String(word.dropLast(7)) + "str" }
      return word == "street" ? "st" : word == "road" ? "rd" : word == "avenue" ? "ave" : word
    }.joined(separator: " ")
  }

  static func host(_ text: String) -> String? {
    var rest = Substring(Words.folded(text))
    if let scheme = rest.range(of: "://") { rest = rest[scheme.upperBound...] }
    if rest.hasPrefix("www.") { rest = rest.dropFirst(4) }
    let host = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" && $0 != ":" }
    return host.utf8.contains(UInt8(ascii: ".")) ? String(host) : nil
  }

  /// The domains of its addresses and sites that belong to one company.
  var domains: [String] {
    (emails.compactMap { $0.split(separator: "@").last.map(String.init) } + sites).filter {
      !PublicMail.domains.contains($0)
    }
  }

  /// What two records of one party have in common in nearly every case: pairs that share none are not compared.
  var blocks: [UInt64] {
    var blocks: [UInt64] = []
    func block(_ kind: String, _ text: String) { blocks.append(DuplicateProfile.hash(kind, text)) }
    for email in emails {
      block("email", email)
      let local = email.utf8.prefix { $0 != 64 }
      if local.count > 5 { block("local", String(decoding: local, as: UTF8.self)) }
    }
    for phone in phones { block("phone", String(phone.digits.suffix(7))) }
    for key in keys { block("key", key) }
    if let birthday { block("birthday", birthday) }
    if let street, let city { block("street", street + "/" + city.prefix(4)) }
    guard let name else { return blocks }
    block("name", name.sorted)
    for sound in Set(name.sounds) {
      if let postalCode { block("code", sound + "/" + postalCode) }
    }
    if name.sounds.count > 1 { block("sounds", name.sounds.sorted().joined(separator: " ")) }
    if postalCode == nil, city == nil { for word in name.words where word.utf8.count > 4 { block("word", word) } }
    for domain in domains { block("domain", domain + "/" + (name.sounds.first ?? "")) }
    return blocks
  }

  /// FNV-1a of 64 bits.
  private static func hash(_ kind: String, _ text: String) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in kind.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return hash
  }
}

/// Houses that give addresses to everybody: sharing one says nothing of two people.
enum PublicMail {
  static let domains: Set<String> = [
    "gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "hotmail.de", "hotmail.co.uk", "live.com", "msn.com",
    "yahoo.com", "yahoo.de", "yahoo.co.uk", "ymail.com", "icloud.com", "me.com", "mac.com", "aol.com", "gmx.de",
    "gmx.net", "gmx.at", "gmx.ch", "web.de", "t-online.de", "freenet.de", "arcor.de", "posteo.de", "mailbox.org",
    "proton.me", "protonmail.com", "orange.fr", "free.fr", "laposte.net", "wanadoo.fr", "libero.it", "bluewin.ch",
    "hispeed.ch", "btinternet.com", "sky.com", "mail.ru", "yandex.ru", "qq.com", "163.com", "example.com",
  ]
}
