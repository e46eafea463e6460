import KubernetesModel
import RequestRouting

/// What one node knows now and will know.
struct NodeView: Sendable {
    /// What has arrived; `nil` before the first view.
    private(set) var current: DataPlaneConfiguration?
    /// On the way, in the order of arrival, which is the order of sending.
    private var underway: [(arrival: Timestamp, view: DataPlaneConfiguration)] = []

    /// Sends a view which arrives at that time, but not before those sent earlier.
    mutating func send(_ view: DataPlaneConfiguration, arrival: Timestamp) {
        let earliest = underway.last?.arrival ?? arrival
        underway.append((max(arrival, earliest), view))
    }

    /// What the node knows at a time.
    func view(at now: Timestamp) -> DataPlaneConfiguration? {
        underway.last { $0.arrival <= now }?.view ?? current
    }

    /// When the next view after a time arrives.
    func nextArrival(after time: Timestamp) -> Timestamp? {
        underway.first { $0.arrival > time }?.arrival
    }

    /// Whether a view has arrived that replaces another one.
    func isUnsettled(at now: Timestamp) -> Bool { underway.first.map { $0.arrival <= now } ?? false }

    /// Forgets views that later ones have replaced.
    mutating func settle(at now: Timestamp) {
        guard let last = underway.lastIndex(where: { $0.arrival <= now }) else { return }
        current = underway[last].view
        underway.removeSubrange(...last)
    }
}
