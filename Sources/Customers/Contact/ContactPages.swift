import Kernel
import Records
import Web

/// Addresses and numbers as links that write or dial.
enum ReachLink {
  static func email(_ address: String?) -> HTML {
    guard let address else { return HTML() }
    return "<a href=\"\(url: "mailto:\(address)")\">\(address)</a>"
  }

  static func phone(_ number: String?) -> HTML {
    guard let number else { return HTML() }
    return "<a class=\"vc-nowrap\" href=\"\(url: "tel:\(TelephoneNumber.folded(number))")\">\(number)</a>"
  }
}

/// One contact: how to reach them, what they are where, what was said, what may be used.
struct ContactPage {
  let contact: Contact
  let roles: [RelatedContact]
  let timeline: Page<TimelineItem>
  let consent: ConsentSheet?
  let colleagues: Colleagues
  let parts: Parts
  let visit: Visit

  /// What every record has beside what its noun knows.
  struct Parts: Sendable {
    let walk: HTML
    let tags: HTML
    let tasks: HTML
    let fields: HTML
    let files: HTML

    init(_ record: RecordParts, _ id: ID<Contact>, _ visit: Visit) async throws {
      let (key, path) = (RecordKey(.contact, id.rawValue), visit.keepingOrigin("/contacts/\(id)"))
      walk = try await record.walk(key, visit)
      tags = try await record.tags(key, path: path, visit)
      tasks = try await record.openTasks(key, visit)
      fields = try await record.ownFields(key, edit: "/contacts/\(id)/edit", visit)
      files = try await record.files(key, path: path, visit)
    }
  }

  private var actor: Actor { visit.actor }
  private var name: String { contact.shownName(to: actor) }
  private var path: String { "/contacts/\(contact.id)" }

  var html: HTML {
    Shell.page(
      title: name, path: ContactRoutes.path, viewer: visit.viewer,
      crumbs: [Crumb("Contacts", visit.originList(ContactRoutes.path))],
      lead: lead, actions: actions,
      body: """
        \(parts.walk)<div class="vc-record"><div class="vc-record-main">\(parts.tags)\(parts.tasks)\(spoken)</div>\
        <div class="vc-record-side">\(facts)\(places)\(parts.fields)\(consents)\(parts.files)</div></div>
        """)
  }

  private var lead: HTML {
    let here: [HTML] = roles.filter(\.role.isRunning).prefix(2).map { one in
      "<a href=\"/customers/\(one.role.customer)\">\(one.customerName)</a>"
    }
    let job: HTML = "\(contact.job)"
    return HTML.joined([job, HTML.joined(here, separator: " and ")].filter { !$0.isEmpty }, separator: " at ")
  }

  private var actions: HTML {
    """
    \(when: actor.may(.edit, .contact), LinkButton("Change", "\(path)/edit", icon: "pencil").html) \
    \(RecordMore(.contact, contact.id.rawValue, isPerson: true, actor).html) \
    \(when: actor.may(.delete, .contact), PostButton(
      "Bin", action: "\(path)/bin", csrf: visit.viewer.csrf, weight: .quiet, icon: "trash"
    ).html)
    """
  }

  private var facts: HTML {
    let format = visit.viewer.format
    let address =
      [contact.street, [contact.postalCode, contact.city].compactMap { $0 }.joined(separator: " ")]
      .compactMap { $0 }.filter { !$0.isEmpty } + [contact.country].compactMap { $0 }
    let reached: [(String, HTML)] = (contact.points ?? []).map { point in
      let what = point.channel == .email ? "E-mail" : "Telephone"
      let link = point.channel == .email ? ReachLink.email(point.value) : ReachLink.phone(point.value)
      return ("\(what), \(point.kind.word.lowercased())", link)
    }
    var rows = reached
    if let title = contact.title { rows.append(("Title", "\(title)")) }
    if !address.isEmpty { rows.append(("Address", "\(address.joined(separator: ", "))")) }
    if let language = contact.language { rows.append(("Language", "\(language)")) }
    if let birthday = contact.birthday { rows.append(("Birthday", "\(format.day(birthday))")) }
    if let owner = colleagues.people.first(where: { $0.id == contact.owner }) {
      rows.append(("Owner", "\(owner.name)"))
    }
    if let team = colleagues.teams.first(where: { $0.id == contact.team }) { rows.append(("Team", "\(team.name)")) }
    if let note = contact.note { rows.append(("Note", "<span class=\"vc-lines\">\(note)</span>")) }
    return RecordFacts("How to reach them", rows, empty: "No address and no number is known.").html
  }

  private var places: HTML {
    """
    <section class="vc-card"><h2 class="vc-card-title">What they are, and where</h2>\
    \(when: roles.isEmpty, "<p class=\"text-secondary\">No customer is named yet.</p>")\
    <ul class="vc-people">\(roles.html(role))</ul>\(when: actor.may(.edit, .contact), addRole)</section>
    """
  }

  private func role(_ one: RelatedContact) -> HTML {
    let role = one.role
    return """
      <li\(when: !role.isRunning, " class=\"vc-past\"")><div><a href="/customers/\(role.customer)">\(one.customerName)</a>\
      \(when: one.isMain && role.isRunning, Badge("Main contact", .good, icon: "star").html)\
      <div class="text-secondary">\(RoleWords.html(role, visit.viewer))</div></div>\
      \(when: actor.may(.edit, .contact), turn(role))</li>
      """
  }

  private func turn(_ role: ContactRole) -> HTML {
    let csrf = visit.viewer.csrf
    return role.isRunning
      ? PostButton("End", action: "\(path)/roles/\(role.id)", csrf: csrf, method: .delete, weight: .quiet).html
      : PostButton("Reopen", action: "\(path)/roles/\(role.id)/end", csrf: csrf, method: .delete, weight: .quiet).html
  }

  private var addRole: HTML {
    """
    <details class="vc-fold"><summary>\(Icon("plus"))Add a role</summary>\(Form(
      action: "\(path)/roles", csrf: visit.viewer.csrf, submit: "Add the role",
      fields: [
        Field(
          "customer", "Customer", .record("customer", title: nil), hint: "By name or number.", isRequired: true),
        ContactForm.part, Field("function", "Function", .text), Field("since", "Since", .day),
        Field("main", "Is spoken with first", .checkbox),
      ]))</details>
    """
  }

  private var consents: HTML {
    guard let consent else { return HTML() }
    return ConsentCard(sheet: consent, path: "\(path)/consents", visit: visit).html
  }

  private var spoken: HTML {
    let customer = roles.first { $0.role.isRunning }?.role.customer
    let form: HTML =
      actor.may(.create, .interaction)
      ? InteractionQuickForm(customer: customer, contact: contact.id, people: [], back: path, visit: visit).html
      : HTML()
    return """
      \(form)<section class="vc-card" id="timeline"><h2 class="vc-card-title">What happened</h2>\
      \(TimelineView(
        page: timeline, question: TimelineQuestion(), sources: TimelineSource.ofContacts, path: "\(path)/timeline",
        visit: visit))</section>
      """
  }
}

/// A role in words: “Decider, purchasing, since 3 March 2024”.
enum RoleWords {
  static func html(_ role: ContactRole, _ viewer: Viewer) -> HTML {
    let format = viewer.format
    let days: [String] = [
      role.since.map { "since \(format.day($0))" }, role.until.map { "until \(format.day($0))" },
    ].compactMap { $0 }
    let words = [role.part?.word, role.function.isEmpty ? nil : role.function].compactMap { $0 } + days
    return words.isEmpty ? "Role not known" : "\(words.joined(separator: ", "))"
  }
}

/// A card of facts beside each other.
struct RecordFacts: Part {
  let title: String
  let rows: [(String, HTML)]
  let empty: String

  init(_ title: String, _ rows: [(String, HTML)], empty: String = "") {
    self.title = title
    self.rows = rows
    self.empty = empty
  }

  var html: HTML {
    guard !rows.isEmpty || !empty.isEmpty else { return HTML() }
    return """
      <section class="vc-card"><h2 class="vc-card-title">\(words: title)</h2>\
      \(when: rows.isEmpty, "<p class=\"text-secondary\">\(words: empty)</p>")\
      \(when: !rows.isEmpty, "<dl class=\"vc-facts\">\(rows.html { "<div><dt>\($0.0)</dt><dd>\($0.1)</dd></div>" })</dl>")\
      </section>
      """
  }
}
