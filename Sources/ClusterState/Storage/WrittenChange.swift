/// A change and the resource it belongs to.
struct WrittenChange: Sendable {
    var resource: ResourceName
    var change: LoggedChange
}
