-- MySQL dump 10.13  Distrib 8.0.32, for Linux (x86_64)
/*!40101 SET NAMES utf8 */;
DROP TABLE IF EXISTS `customers`;
CREATE TABLE `customers` (
  `id` int unsigned NOT NULL AUTO_INCREMENT,
  `full_name` varchar(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL DEFAULT '' COMMENT 'the customer\'s name; as said',
  `kind` enum('private','business') NOT NULL DEFAULT 'private',
  `active` tinyint(1) DEFAULT '1',
  `updated` timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  PRIMARY KEY (`id`),
  UNIQUE KEY `uq_name` (`full_name`(20)),
  KEY `k_kind` (`kind`) USING BTREE
) ENGINE=InnoDB AUTO_INCREMENT=12 DEFAULT CHARSET=utf8mb4 COMMENT='People who buy';
LOCK TABLES `customers` WRITE;
INSERT INTO `customers` VALUES (1,'O\'Hara; \\','private',1,NULL),(2,'x','business',0,NULL);
UNLOCK TABLES;
DELIMITER ;;
CREATE TRIGGER t BEFORE INSERT ON `customers` FOR EACH ROW BEGIN SET NEW.active = 1; END ;;
DELIMITER ;
CREATE TABLE `orders` (
  `id` bigint NOT NULL,
  `customer_id` int unsigned DEFAULT NULL,
  `key` varchar(10), # a column named key
  CONSTRAINT `fk_c` FOREIGN KEY (`customer_id`) REFERENCES `customers` (`id`) ON DELETE SET NULL ON UPDATE CASCADE,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB;
