package import KubernetesModel

/// Asks admission webhooks over the network.
package protocol WebhookCaller: Sendable {
    /// Sends a request, to which it gives a uid, and returns the answer.
    ///
    /// - Throws: anything when there was no answer in time, or none that can be used; its text says why.
    func call(_ endpoint: WebhookEndpoint, _ request: AdmissionRequest) async throws -> AdmissionAnswer
}

/// Where an admission webhook is reached.
package struct WebhookEndpoint: Equatable, Sendable {
    /// An `https` URL, path included. For a Service its name in the cluster stands where the host is.
    package var url: String
    /// The address and port behind the name in the URL; `nil` where the URL says it.
    package var connectsTo: Address?
    /// The PEM bundle of authorities to trust, in Base64; empty to trust those of the system.
    package var authority: String
    /// How long an answer may take.
    package var timeout: Duration

    /// An IP address and a port.
    package struct Address: Equatable, Sendable {
        package var host: String
        package var port: Int

        package init(host: String, port: Int) {
            self.host = host
            self.port = port
        }
    }

    package init(url: String, connectsTo: Address? = nil, authority: String, timeout: Duration) {
        self.url = url
        self.connectsTo = connectsTo
        self.authority = authority
        self.timeout = timeout
    }
}
