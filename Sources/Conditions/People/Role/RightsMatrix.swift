import Kernel
import Web

/// Nouns by verbs: how far each right of a role reaches, to be read or to be chosen.
struct RightsMatrix: Part {
  let role: Role
  /// Whether the cells are choices of a form.
  let isForm: Bool

  static let parts: [(title: String, nouns: [Actor.Noun])] = [
    ("Records", [.customer, .contact, .interaction, .task, .consent, .observation, .attachment, .tag]),
    ("Sales", [.product, .purchase]), ("Analyses", [.analysis, .assumption, .segment, .treatment, .decision]),
    ("Tools", [.view, .notification, .rule, .form, .importRun, .exportRun, .job, .key]),
    ("The house", [.company, .user, .team, .role, .field, .webhook, .audit, .privacy, .backup]),
  ]

  var html: HTML {
    """
    <div class="vc-table-frame" tabindex="0" role="region" aria-label="Rights"><table class="vc-table vc-rights"><thead><tr>\
    <th scope="col">Records</th>\(Actor.Verb.allCases.html { "<th scope=\"col\">\(words: $0.word)</th>" })</tr></thead>\
    \(RightsMatrix.parts.html(part))</table></div>
    """
  }

  private func part(_ part: (title: String, nouns: [Actor.Noun])) -> HTML {
    """
    <tbody><tr class="vc-rights-part"><th colspan="6" scope="rowgroup">\(words: part.title)</th></tr>\
    \(part.nouns.html(row))</tbody>
    """
  }

  private func row(_ noun: Actor.Noun) -> HTML {
    """
    <tr><th scope="row">\(words: noun.plural)</th>\(Actor.Verb.allCases.html { verb in
      "<td data-verb=\"\(words: verb.word)\">\(isForm ? choice(verb, noun) : reading(verb, noun))</td>"
    })</tr>
    """
  }

  private func reading(_ verb: Actor.Verb, _ noun: Actor.Noun) -> HTML {
    guard let reach = role.reach(verb, noun) else { return "<span class=\"text-secondary\">–</span>" }
    return "<span class=\"vc-reach vc-reach-\(reach.rawValue)\">\(words: reach.word)</span>"
  }

  private func choice(_ verb: Actor.Verb, _ noun: Actor.Noun) -> HTML {
    let held = role.reach(verb, noun)
    return """
      <select class="form-select form-select-sm" name="grants[\(noun.rawValue).\(verb.rawValue)]" \
      aria-label="\(words: noun.plural): \(words: verb.word.lowercased())"><option value="">–</option>\
      \(Actor.Reach.allCases.html { "<option value=\"\($0.rawValue)\"\(flag: "selected", $0 == held)>\(words: $0.word)</option>" })\
      </select>
      """
  }
}

extension Actor.Verb {
  /// The word on screen.
  var word: String { rawValue.prefix(1).uppercased() + rawValue.dropFirst() }
}

extension Actor.Reach {
  var word: String { rawValue }
}

extension Actor.FieldAccess {
  var word: String { self == .hidden ? "hidden" : "read-only" }
}

extension Actor.Noun {
  /// The word on screen for its records.
  package var plural: String {
    switch self {
    case .customer: "Customers"
    case .product: "Products"
    case .purchase: "Purchases"
    case .importRun: "Imports"
    case .decision: "Decisions"
    case .analysis: "Analyses"
    case .assumption: "Assumptions"
    case .company: "Company"
    case .user: "People"
    case .audit: "Audit"
    case .job: "Jobs"
    case .observation: "Observations"
    case .segment: "Segments"
    case .treatment: "Treatment"
    case .contact: "Contacts"
    case .interaction: "Interactions"
    case .task: "Tasks"
    case .tag: "Tags"
    case .attachment: "Attachments"
    case .consent: "Consents"
    case .notification: "Notifications"
    case .view: "Saved views"
    case .field: "Own fields"
    case .team: "Teams"
    case .role: "Roles"
    case .key: "API keys"
    case .webhook: "Webhooks"
    case .form: "Web forms"
    case .rule: "Rules"
    case .privacy: "Privacy requests"
    case .backup: "Backups"
    case .exportRun: "Exports"
    }
  }
}
