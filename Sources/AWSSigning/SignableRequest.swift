/// The parts of an HTTP request which Signature Version 4 covers.
package struct SignableRequest: Hashable, Sendable {
    /// The method in upper case.
    package var method: String
    /// The path as it goes on the wire, at least "/"; without the query.
    package var path: String
    /// The query as it goes on the wire, without "?"; empty when there is none.
    package var query: String
    /// Headers in any order and any case; repeated names are joined with a comma, as RFC 9110 says.
    package var headers: [(name: String, value: String)]
    /// The whole body.
    package var body: [UInt8]

    package init(
        method: String, path: String = "/", query: String = "", headers: [(name: String, value: String)],
        body: [UInt8] = []
    ) {
        self.method = method
        self.path = path.isEmpty ? "/" : path
        self.query = query
        self.headers = headers
        self.body = body
    }

    package static func == (left: SignableRequest, right: SignableRequest) -> Bool {
        left.method == right.method && left.path == right.path && left.query == right.query
            && left.body == right.body && left.headers.elementsEqual(right.headers, by: ==)
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(method)
        hasher.combine(path)
        hasher.combine(query)
        hasher.combine(body)
    }

    /// The first value of the header `name`, in any case.
    package func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }
}

/// What a signature is made with.
package struct SigningKeyPair: Hashable, Sendable, CustomStringConvertible {
    /// The access key id, `AKIA…` or `ASIA…`.
    package var accessKeyID: String
    /// The secret access key; never printed.
    package var secretAccessKey: String
    /// The session token of temporary credentials.
    package var sessionToken: String?

    package init(accessKeyID: String, secretAccessKey: String, sessionToken: String? = nil) {
        self.accessKeyID = accessKeyID
        self.secretAccessKey = secretAccessKey
        self.sessionToken = sessionToken
    }

    package var description: String { "access key \(accessKeyID)" }
}

/// Day, region and service a signature is valid for.
package struct SigningScope: Hashable, Sendable, CustomStringConvertible {
    /// `YYYYMMDD`.
    package var day: String
    /// The region of the endpoint, for example `eu-central-1`.
    package var region: String
    /// The signing name, for example `elasticloadbalancing`.
    package var service: String

    package init(day: String, region: String, service: String) {
        self.day = day
        self.region = region
        self.service = service
    }

    package var description: String { "\(day)/\(region)/\(service)/aws4_request" }
}
