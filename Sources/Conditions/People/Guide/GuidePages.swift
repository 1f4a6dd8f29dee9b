import Kernel
import Web

extension Guide.Name {
  /// The box of the house, what is the least it needs, what it gives, and where that is done.
  var words: Words {
    switch self {
    case .formats:
      (
        "How your company writes", "Currency, time zone, first weekday, how days and numbers are written.",
        "Every figure and every file is read and written your way.", "Look at the settings", "/company"
      )
    case .people:
      (
        "Who works here", "One more person, invited by a link.", "Records get owners; nobody shares a password.",
        "Invite somebody", "/invitations/new"
      )
    case .customers:
      (
        "Your customers", "A file of customers, or of purchases: they are made from it.",
        "Everything else here is about them.", "Import a file", "/imports/new"
      )
    case .portfolio:
      (
        "1 Portfolio", "Purchases: customer, day, amount.", "Who matters, and how much hangs on how few.",
        "Import purchases", "/imports/new"
      )
    case .intimacy:
      (
        "2 Intimacy", "One thing a customer said or that you saw, with its day.",
        "What is known of whom, and how old it is.", "Look at a customer", "/customers"
      )
    case .network:
      (
        "3 Network", "Who belongs to whom: the customer above another.", "Groups and their value as one.",
        "Look at a customer", "/customers"
      )
    case .proposition:
      (
        "4 Proposition", "Products: a column for them in the purchases.", "What is bought together, and what it earns.",
        "Import purchases with products", "/imports/new"
      )
    case .lifecycle:
      (
        "5 Lifecycle", "Purchases over a year or more.", "Who stays, who drifts away, who comes back.",
        "Import older purchases", "/imports/new"
      )
    case .leadership, .processes, .owners, .data: conditionWords
    }
  }

  typealias Words = (title: String, needs: String, gives: String, act: String, path: String)

  private var conditionWords: Words {
    switch self {
    case .leadership:
      (
        "Leadership and culture", "One decision with the day it is judged on.", "Whether deciding by figures pays.",
        "Decide something", "/portfolio/concentration"
      )
    case .processes:
      (
        "Processes", "What serving costs: counts of orders, calls, visits by customer.",
        "Contribution instead of revenue.", "Import cost drivers", "/imports/new"
      )
    case .owners:
      (
        "People", "Customers with an owner.", "Everybody sees whom they look after.", "Look at the customers",
        "/customers"
      )
    default:
      (
        "Data and IT", "One file that came in whole.", "Where every number comes from, and how fresh it is.",
        "Look at the imports", "/imports"
      )
    }
  }
}

/// The guide as a page: what to bring in, in order, each with its state.
struct GuidePage {
  let guide: Guide
  let viewer: Viewer

  var html: HTML {
    Shell.page(
      title: "Getting started", path: "/start", viewer: viewer, lead: lead, actions: actions,
      body: """
        \(part(.start, "First", "So that there is something to work with."))
        \(part(.stage, "The five stages", "The least that each needs to say something. Begin with the first; leave for later what can wait."))
        \(part(.condition, "The four conditions", "What holds the stages up."))
        """)
  }

  private var lead: HTML {
    guide.isFinished
      ? "Everything that is needed is there."
      : "\(guide.doneCount) of \(guide.scope.count) done. Leave it whenever you like: Today brings you back here."
  }

  private var actions: HTML {
    if guide.putAwayAt != nil {
      return PostButton(
        "Show it on Today again", action: "/guide/dismissal", csrf: viewer.csrf, method: .delete
      ).html
    }
    return """
      \(LinkButton("Go to Today", "/"))\(when: !guide.isFinished, putAway.html)
      """
  }

  private var putAway: PostButton {
    PostButton("Put the guide away", action: "/guide/dismissal", csrf: viewer.csrf, weight: .quiet)
  }

  private func part(_ part: Guide.Part, _ title: String, _ hint: String) -> HTML {
    """
    <section class="vc-card vc-guide"><div><h2>\(words: title)</h2><p class="vc-hint">\(words: hint)</p></div>
    <ol class="vc-guide-steps">\(guide.steps(of: part).html(step))</ol></section>
    """
  }

  private func step(_ step: Guide.Step) -> HTML {
    let words = step.name.words
    let isNext = step == guide.next
    let state = step.isDone ? "done" : step.isLater ? "left for later" : "open"
    let icon = step.isDone ? "circle-check" : step.isLater ? "clock" : "circle-dashed"
    let act = LinkButton(words.act, words.path, weight: isNext ? .primary : step.isOpen ? .secondary : .quiet)
    return """
      <li class="\(step.isDone ? "vc-guide-done" : step.isLater ? "vc-guide-later" : "vc-guide-open")">\
      \(Icon(icon))<div><h3>\(words: words.title)<span class="visually-hidden">: \(words: state)</span></h3>\
      <p><strong>Needs</strong> \(words: words.needs)</p><p class="vc-hint">\(words: words.gives)</p></div>\
      <div class="vc-guide-acts">\(when: !step.isLater, act.html)\(choice(step))</div></li>
      """
  }

  /// Whether the company begins with a step.
  private func choice(_ step: Guide.Step) -> HTML {
    guard step.name.mayWait, !step.isDone else { return HTML() }
    let names = guide.later.symmetricDifference([step.name]).map(\.rawValue).sorted()
    return PostButton(
      step.isLater ? "Begin with it" : "Later", action: "/guide/scope", csrf: viewer.csrf, method: .put,
      weight: step.isLater ? .secondary : .quiet, fields: [("later", names.joined(separator: ","))]
    ).html
  }
}

/// The guide on Today: where one stands, what comes next.
package struct GuideBanner: Part {
  let guide: Guide
  let csrf: String

  package init(_ guide: Guide, csrf: String) {
    self.guide = guide
    self.csrf = csrf
  }

  package var html: HTML {
    """
    <section class="vc-card vc-guide-banner"><div><h2>Getting started</h2><p>\(guide.doneCount) of \(guide.scope.count) done.\
    \(guide.next.map { " Next: \(words: $0.name.words.title.lowercased())." as HTML })</p></div><div class="vc-actions">\
    \(LinkButton("Go on", "/start", weight: .primary)) \
    \(PostButton("Put away", action: "/guide/dismissal", csrf: csrf, weight: .quiet))</div></section>
    """
  }
}
