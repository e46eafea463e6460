/// One HTTP exchange to an AWS service or a credentials endpoint.
package struct AWSHTTPRequest: Sendable {
    /// In upper case.
    package var method: String
    /// Absolute, with scheme.
    package var url: String
    /// `Host` is taken from the URL unless given.
    package var headers: [(name: String, value: String)]
    package var body: [UInt8]
    /// From the first attempt to connect to the last byte of the answer.
    package var timeout: Duration

    package init(
        method: String, url: String, headers: [(name: String, value: String)] = [], body: [UInt8] = [],
        timeout: Duration
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.timeout = timeout
    }
}

/// The answer to an `AWSHTTPRequest`, of any status.
package struct AWSHTTPResponse: Sendable {
    package var status: Int
    package var headers: [(name: String, value: String)]
    package var body: [UInt8]

    package init(status: Int, headers: [(name: String, value: String)] = [], body: [UInt8]) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// The first value of the header `name`, in any case.
    package func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }
}

/// No answer was received.
package struct AWSTransportFailure: Error, Sendable, CustomStringConvertible {
    /// What happened, in words: "connection refused".
    package var problem: String
    /// Whether the service can have seen the request.
    package var mayHaveArrived: Bool

    package init(problem: String, mayHaveArrived: Bool) {
        self.problem = problem
        self.mayHaveArrived = mayHaveArrived
    }

    package var description: String { problem }
}

/// Sends HTTP requests: over sockets in programs, scripted in tests.
package protocol AWSTransport: Sendable {
    /// The answer, of whatever status; throws only when there is none.
    func send(_ request: AWSHTTPRequest) async throws(AWSTransportFailure) -> AWSHTTPResponse
}
