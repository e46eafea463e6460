package import ELBModel
package import RequestRouting

/// A load balancer and where its listeners can be connected to.
package struct ServedLoadBalancer: Equatable, Sendable {
    package var arn: LoadBalancerARN
    package var name: String
    package var dnsName: String
    /// In the order of their ports.
    package var listeners: [ServedListener]

    package init(arn: LoadBalancerARN, name: String, dnsName: String, listeners: [ServedListener]) {
        self.arn = arn
        self.name = name
        self.dnsName = dnsName
        self.listeners = listeners
    }
}

/// A listener of the API and the socket that stands for it.
package struct ServedListener: Equatable, Sendable {
    package var arn: ListenerARN
    /// The port in the API.
    package var port: Int
    package var `protocol`: TrafficProtocol
    /// The address and port which accept connections; `nil` while the listener is not served.
    package var address: TargetAddress?
    /// Why it is not served, in words; `nil` while it is.
    package var problem: String?

    package init(
        arn: ListenerARN, port: Int, protocol: TrafficProtocol, address: TargetAddress? = nil, problem: String? = nil
    ) {
        self.arn = arn
        self.port = port
        self.protocol = `protocol`
        self.address = address
        self.problem = problem
    }
}
