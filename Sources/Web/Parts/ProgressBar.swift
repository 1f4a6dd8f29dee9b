/// How far a job is. With scripts it follows the events at `events`; without, the page asks again (`Shell.page(refresh:)`).
///
/// An event is JSON: `share` (0 to 1, absent when unknown), `words`, `note`, `done`; on `done` the page is loaded again.
package struct ProgressBar: Part {
  let title: String
  let share: Double?
  let words: String
  let note: String
  let events: String?
  let cancel: PostButton?

  /// - Parameters:
  ///   - share: 0 to 1; nil while the whole is not known.
  ///   - words: what is being done, such as `620,000 of 1,470,000 lines`.
  ///   - note: speed or time left.
  ///   - events: the address of the server-sent events; nil when the job is over.
  package init(
    _ title: String, share: Double?, words: String, note: String = "", events: String? = nil, cancel: PostButton? = nil
  ) {
    self.title = title
    self.share = share.map { $0.isFinite ? min(1, max(0, $0)) : 0 }
    self.words = words
    self.note = note
    self.events = events
    self.cancel = cancel
  }

  package var html: HTML {
    """
    <section class="vc-card vc-progress"\(attribute: "data-live", events)>\
    <div class="vc-progress-words"><h3>\(words: title)</h3><span class="vc-progress-note" data-live-note>\(words: note)</span></div>\
    <progress max="100"\(attribute: "value", share.map { String(Int(($0 * 100).rounded())) }) aria-label="\(words: title)"></progress>\
    <div class="vc-progress-words"><span data-live-words>\(words: words)</span>\(cancel)</div></section>
    """
  }
}
