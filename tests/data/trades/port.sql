-- port authority, hand-written
CREATE TABLE Terminal (
  TerminalCode char(4) PRIMARY KEY,
  TerminalName varchar(80) NOT NULL,
  OperatorCompany varchar(80),
  QuayLengthM int NOT NULL
);
CREATE TABLE Berth (
  TerminalCode char(4) NOT NULL REFERENCES Terminal,
  BerthNo smallint NOT NULL,
  MaxDraftM numeric(4,1) NOT NULL,
  MaxLOAM numeric(5,1) NOT NULL,
  BollardFrom smallint, BollardTo smallint,
  HasShorePower bool NOT NULL DEFAULT false,
  Latitude double precision, Longitude double precision,
  PRIMARY KEY (TerminalCode, BerthNo)
);
CREATE TABLE ShippingAgent (AgentID serial PRIMARY KEY, AgentName varchar(100) NOT NULL UNIQUE, VATNumber varchar(20), IsActive bool NOT NULL DEFAULT true, ParentAgentID int REFERENCES ShippingAgent(AgentID));
CREATE TABLE Vessel (
  IMONumber int PRIMARY KEY CHECK (IMONumber BETWEEN 1000000 AND 9999999),
  VesselName varchar(60) NOT NULL,
  FlagState char(2) NOT NULL,
  VesselType varchar(20) NOT NULL CHECK (VesselType IN ('CONTAINER','BULK','TANKER','RORO','CRUISE','GENERAL')),
  GrossTonnage int NOT NULL,
  DWT int,
  LOAM numeric(5,1) NOT NULL,
  BeamM numeric(4,1),
  DraftMaxM numeric(4,1),
  YearBuilt smallint CHECK (YearBuilt >= 1950),
  OwnerAgentID int REFERENCES ShippingAgent(AgentID),
  ManagerAgentID int NOT NULL REFERENCES ShippingAgent(AgentID)
);
CREATE TABLE Pilot (PilotID int PRIMARY KEY, FirstName varchar(40) NOT NULL, LastName varchar(40) NOT NULL, LicenceClass char(1) NOT NULL CHECK (LicenceClass IN ('A','B','C')), LicenceExpires date NOT NULL);
CREATE TABLE PortCall (
  PortCallID bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  IMONumber int NOT NULL REFERENCES Vessel,
  AgentID int NOT NULL REFERENCES ShippingAgent,
  TerminalCode char(4) NOT NULL, BerthNo smallint NOT NULL,
  ETA timestamp NOT NULL, ATA timestamp, ETD timestamp, ATD timestamp,
  InboundPilotID int REFERENCES Pilot(PilotID),
  OutboundPilotID int REFERENCES Pilot(PilotID),
  LastPort char(5), NextPort char(5),
  Status varchar(12) NOT NULL DEFAULT 'EXPECTED' CHECK (Status IN ('EXPECTED','ANCHORED','ALONGSIDE','DEPARTED','CANCELLED')),
  FOREIGN KEY (TerminalCode, BerthNo) REFERENCES Berth (TerminalCode, BerthNo),
  CHECK (ATD IS NULL OR ATD > ATA), CHECK (ETD > ETA)
);
CREATE TABLE PortDue (
  PortCallID bigint NOT NULL REFERENCES PortCall,
  DueType varchar(10) NOT NULL CHECK (DueType IN ('TONNAGE','BERTH','PILOTAGE','WASTE','TOWAGE')),
  Amount numeric(12,2) NOT NULL CHECK (Amount >= 0),
  CurrencyCode char(3) NOT NULL CHECK (CurrencyCode IN ('USD','EUR','SGD')),
  InvoicedOn date, PaidOn date,
  PRIMARY KEY (PortCallID, DueType)
);
CREATE TABLE CargoMove (
  PortCallID bigint NOT NULL REFERENCES PortCall, SeqNo int NOT NULL,
  Direction char(1) NOT NULL CHECK (Direction IN ('L','D')), -- L load, D discharge
  CargoKind varchar(30) NOT NULL, Tonnes numeric(10,3), TEU int, IMDGClass varchar(4),
  PRIMARY KEY (PortCallID, SeqNo)
);
