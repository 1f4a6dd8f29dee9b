import Web

/// The addresses that are handed to people who are not signed in. They are made from the configuration, never from what
/// a request says of its host.
package struct HandedLinks: Sendable {
  let base: String

  /// - Parameter base: the address people use, such as `https://crm.example.com`.
  package init(base: String) {
    var bytes = Array(base.utf8)
    while bytes.last == UInt8(ascii: "/") { bytes.removeLast() }
    self.base = String(decoding: bytes, as: UTF8.self)
  }

  package func joining(_ token: String) -> String { base + Address.path("/join", [("token", token)]) }
  package func resetting(_ token: String) -> String { base + Address.path("/reset", [("token", token)]) }
}

/// A link as it is shown once: to be copied and handed over.
struct HandedLink: Part {
  let words: HTML
  let link: String
  let note: HTML

  var html: HTML {
    """
    <section class="vc-card vc-once"><p>\(words)</p><p class="vc-once-text" data-copy><code>\(link)</code></p>\
    <p class="vc-hint">\(note)</p></section>
    """
  }
}
