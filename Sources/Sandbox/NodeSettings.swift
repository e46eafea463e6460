/// The nodes that one agent plays, and how they behave.
package struct NodeSettings: Sendable {
    /// One node.
    package struct Identity: Hashable, Sendable {
        package var name: String
        /// Determines addresses: pods get `10.244.<number>.y`, the node itself `10.0.<number>.10`.
        package var number: UInt8
        /// `topology.kubernetes.io/zone`.
        package var zone: String

        package init(name: String, number: UInt8, zone: String) {
            self.name = name
            self.number = number
            self.zone = zone
        }

        /// The node's address in objects.
        package var address: String { "10.0.\(number).10" }
    }

    package var nodes: [Identity]
    /// `topology.kubernetes.io/region`.
    package var region: String
    /// From binding to running.
    package var creation: Duration = .milliseconds(200)
    /// How often the nodes renew their Leases; `nil`: never, which is enough without a node controller. Real ones take
    /// a node for lost after 40 s.
    package var heartbeat: Duration?

    package init(nodes: [Identity], region: String = "us-west-2") {
        self.nodes = nodes
        self.region = region
    }

    /// What nodes are called before their place.
    package static let defaultPrefix = "node"

    /// One node for each number, called `node-1` and so on, in the region's zones a, b and c by turns.
    package static func nodes(
        numbers: [UInt8], prefix: String = defaultPrefix, region: String = "us-west-2"
    ) -> NodeSettings {
        let identities = numbers.enumerated().map { index, number in
            Identity(
                name: name(at: index, prefix: prefix), number: number, zone: region + ["a", "b", "c"][index % 3])
        }
        return NodeSettings(nodes: identities, region: region)
    }

    /// The name of the node at a position counted from 0.
    static func name(at index: Int, prefix: String) -> String { "\(prefix)-\(index + 1)" }
}
