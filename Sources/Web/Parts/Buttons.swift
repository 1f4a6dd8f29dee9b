/// How much a button asks for attention.
package enum Weight: String, Sendable {
  case primary, secondary, quiet, danger

  var classes: HTML {
    switch self {
    case .primary: "btn btn-primary"
    case .secondary: "btn"
    case .quiet: "btn btn-ghost-secondary"
    case .danger: "btn btn-outline-danger"
    }
  }
}

/// A link that looks like a button: it goes somewhere and changes nothing.
package struct LinkButton: Part {
  let label: String
  let path: String
  let weight: Weight
  let icon: String?
  let isDownload: Bool

  package init(
    _ label: String, _ path: String, weight: Weight = .secondary, icon: String? = nil, isDownload: Bool = false
  ) {
    self.label = label
    self.path = path
    self.weight = weight
    self.icon = icon
    self.isDownload = isDownload
  }

  package var html: HTML {
    """
    <a class="\(weight.classes)" href="\(url: path)"\(flag: "download", isDownload)>\(icon.map { Icon($0) })\(words: label)</a>
    """
  }
}

/// A button that does something: a form of its own, so that it works without scripts.
package struct PostButton: Part {
  let label: String
  let action: String
  let csrf: String
  let method: Form.Method
  let weight: Weight
  let icon: String?
  let fields: [(name: String, value: String)]

  package init(
    _ label: String, action: String, csrf: String, method: Form.Method = .post, weight: Weight = .secondary,
    icon: String? = nil, fields: [(name: String, value: String)] = []
  ) {
    self.label = label
    self.action = action
    self.csrf = csrf
    self.method = method
    self.weight = weight
    self.icon = icon
    self.fields = fields
  }

  package var html: HTML {
    """
    <form class="vc-post" method="post" action="\(url: action)">\(Form.hidden(csrf: csrf, method: method))\
    \(fields.html { Form.hidden($0.name, $0.value) })\
    <button type="submit" class="\(weight.classes)">\(icon.map { Icon($0) })\(words: label)</button></form>
    """
  }
}
